"""The system's own Chromium or Chrome, driven by playwright; nothing is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
"""Programs, the cheapest first: a shell without windows needs half the CPU time for each page."""
_OPTIONS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
"""Options that keep the browser from using the network and from leaving files behind."""


class BrowserUnavailableError(Exception):
    """Raised when playwright or a browser is not installed."""


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start the browser without a window, and close it with the block. Raises BrowserUnavailableError."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise BrowserUnavailableError("playwright is not installed") from error
    executable = next(filter(None, map(shutil.which, _NAMES)), None)
    if executable is None:
        raise BrowserUnavailableError("no Chromium or Chrome on the PATH")
    # Chromium refuses to run its sandbox as root.
    options = [*_OPTIONS, *(["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=options)
        yield browser
        browser.close()
