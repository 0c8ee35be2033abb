"""How many tokens a request has: the offline tokenizer and the structure of a request."""

from __future__ import annotations
