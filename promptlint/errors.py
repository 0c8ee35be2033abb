"""The one kind of error that a user can cause."""

from __future__ import annotations


class UserError(Exception):
    """Something that the user can put right. The message says what and where, `help` what to do; exit code 2."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help
