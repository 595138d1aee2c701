"""A watch on the free space of a disk: what processes wrote while it was full may be missing."""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path

SMALLEST = 256 * 1024
"""Bytes. With less free space, a write of a probe may have failed: probes write little at a time."""

_INTERVAL = 0.02
"""Seconds between two looks. One look takes some microseconds."""


class DiskWatch:
    """A thread that looks at the free space of a folder's disk until it is closed.

    A full disk can have space again when a probe ends, so a look at that moment is not enough.
    """

    def __init__(self, folder: Path, smallest: int = SMALLEST) -> None:
        self._folder, self._smallest = folder, smallest
        self._full_at = float("-inf")
        self._closing = threading.Event()
        threading.Thread(target=self._watch, name="procsem-disk-watch", daemon=True).start()

    def was_full_since(self, moment: float) -> bool:
        """Return whether the disk was full at any time since ``moment``, a value of ``time.monotonic()``."""
        self._look()
        return self._full_at >= moment

    def close(self) -> None:
        """Let the thread end, at its next look at the latest."""
        self._closing.set()

    def _watch(self) -> None:
        while not self._closing.wait(_INTERVAL):
            self._look()

    def _look(self) -> None:
        with suppress(OSError):  # the folder is gone, or no descriptor is free: then other errors are seen
            if shutil.disk_usage(self._folder).free < self._smallest:
                self._full_at = time.monotonic()
