"""The command `promptlint`, also as `python -m promptlint`."""

from __future__ import annotations

import os
import sys

from promptlint import __version__


def main() -> None:
    """Run the command line and leave the process with its exit code.

    The process ends at once: taking the syntax trees apart first would take half as long as the run.
    """
    try:
        code = _run()
    except Exception:  # noqa: BLE001 - the end of the process: a crash must not look like findings
        import traceback

        traceback.print_exc()
        sys.stderr.write("\npromptlint stopped on an error of its own. The traceback above is what a report needs.\n")
        code = 2
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run() -> int:
    """The exit code. The version is answered before anything else is imported: hooks and editors ask for it often."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        sys.stdout.write(f"promptlint {__version__}\n")
        return 0
    from promptlint.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    main()
