"""The command `promptlint`, also as `python -m promptlint`."""

from __future__ import annotations

import sys

from promptlint import __version__


def main() -> int:
    """Run the command line and return its exit code.

    The version is answered here, before anything else is imported: hooks and editors ask for it often.
    """
    if sys.argv[1:] in (["--version"], ["-V"]):
        sys.stdout.write(f"promptlint {__version__}\n")
        return 0
    from promptlint.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
