"""Keep one comment on a pull request: write it, bring it up to date, or leave it when there is nothing to say.

Usage: comment.py FILE. The comment is Markdown that starts with a hidden marker, by which it is found again.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MARKER = "<!-- promptlint -->"
NOTHING = f"{MARKER}\n**promptlint**: this change no longer changes what Claude calls cost.\n"
_PAGE = 100
_SECONDS = 30
_LONGEST = 65_536
"""What a comment of GitHub's may hold, in characters."""


def main() -> int:
    """Write the comment; 0 also where the event is no pull request."""
    number = _pull_request()
    if number is None:
        print("No pull request: no comment is written.")
        return 0
    file = Path(sys.argv[1])
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    comments = f"repos/{os.environ['GITHUB_REPOSITORY']}/issues/{number}/comments"
    try:
        found = next((comment for comment in _all(comments) if _is_ours(comment)), None)
        if found is not None:
            _ask(f"repos/{os.environ['GITHUB_REPOSITORY']}/issues/comments/{found['id']}", "PATCH", text or NOTHING)
        elif text:
            _ask(comments, "POST", text)
    except urllib.error.HTTPError as error:
        print(f"::error title=promptlint::The comment was refused ({error.code}): the job needs `pull-requests: write`")
        return 2
    except OSError as error:
        print(f"::error title=promptlint::The comment could not be written: {type(error).__name__}")
        return 2
    return 0


def _pull_request() -> int | None:
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    number = event.get("pull_request", {}).get("number")
    return int(number) if number is not None else None


def _is_ours(comment: dict[str, Any]) -> bool:
    """Whether a bot wrote a comment with our marker: what a person quotes is left alone."""
    return bool(comment["body"].startswith(MARKER) and comment["user"]["type"] == "Bot")


def _all(comments: str) -> Iterator[dict[str, Any]]:
    page = 1
    while found := _ask(f"{comments}?per_page={_PAGE}&page={page}"):
        yield from found
        page += 1


def _ask(path: str, method: str = "GET", body: str | None = None) -> Any:
    request = urllib.request.Request(
        f"{os.environ['GITHUB_API_URL']}/{path}",
        method=method,
        data=None if body is None else json.dumps({"body": body[:_LONGEST]}).encode(),
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=_SECONDS) as reply:
        return json.load(reply)


if __name__ == "__main__":
    sys.exit(main())
