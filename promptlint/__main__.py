# ruff: noqa: I002 - sys.path comes first: even `from __future__` imports a file
"""The command `promptlint`, also as `python -m promptlint`."""

import sys

if __name__ == "__main__":
    import os  # here since the interpreter started

    # `python -m` puts the current directory first: the code to audit must not stand in for a library.
    sys.path[:] = [path for path in sys.path if path and path != os.getcwd()]  # noqa: PTH109

import os

from promptlint import __version__

_UNUSABLE = 2


def main() -> None:
    """Run the command line and leave the process with its exit code.

    The process ends at once: taking the syntax trees apart first would take half as long as the run.
    """
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: PTH123, SIM115
    try:
        code = _run()
    except Exception:  # noqa: BLE001 - the end of the process: a crash must not look like findings
        import traceback

        _complain(f"{traceback.format_exc()}\npromptlint stopped on an error of its own. ")
        _complain("The traceback above is what a report needs.\n")
        code = _UNUSABLE
    os._exit(code if _delivered() else _UNUSABLE)


def _run() -> int:
    """The exit code. The version is answered before anything else is imported: hooks and editors ask for it often."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        return 0 if _delivered(f"promptlint {__version__}\n") else _UNUSABLE
    from promptlint.cli.main import run

    try:
        return run(sys.argv[1:])
    except SystemExit as done:  # argparse, after the help
        return int(done.code or 0)


def _delivered(text: str = "") -> bool:
    """Whether the text and all that was written before have arrived; a reader that went away does not count."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        return True
    except OSError as error:
        _complain(f"error: cannot write to stdout: {error.strerror}\n")
        return False
    return True


def _complain(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:  # nobody is left to tell
        return


if __name__ == "__main__":
    main()
