"""One description for each SDK: which calls exist, and which argument means what."""

from __future__ import annotations
