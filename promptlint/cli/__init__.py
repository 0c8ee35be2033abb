"""The command line: one short module a command, which parses, calls the library and hands over to a report."""

from __future__ import annotations
