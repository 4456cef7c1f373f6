"""Chromium: where it is, and how it is started for tests."""

from __future__ import annotations

import shutil

from playwright.sync_api import Browser, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # the page has no network either
]


def find_chromium() -> str | None:
    """Return the path of an installed Chromium."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def start_chromium(playwright: Playwright, path: str | None) -> Browser:
    """Start Chromium; without a path, the one that Playwright has installed."""
    return playwright.chromium.launch(executable_path=path, args=_FLAGS)
