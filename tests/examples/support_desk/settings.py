"""Where the models of the support desk are chosen."""

import os

TRIAGE_MODEL = "claude-opus-5-5"
SUMMARY_MODEL = "claude-3-5-sonnet-20241022"
CHAT_MODEL = os.environ.get("SUPPORT_CHAT_MODEL", "claude-sonnet-5-5")

REQUEST_TIMEOUT_SECONDS = 30
