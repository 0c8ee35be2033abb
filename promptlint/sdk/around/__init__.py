"""What surrounds a send: where it is reached from, what repeats it, what tries it again."""
