"""Where probes work: a folder of its own for each, and a clean environment."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from procsem.errors import ProcsemError

_LONGEST_BASE = 40


class ScratchSpaceError(ProcsemError):
    """Nothing can be run for want of a place to work in; the message is one line."""


@frozen
class ScratchDir:
    """One probe's place: its token, its folder, its report."""

    token: str
    folder: Path
    """Its working and temporary directory: what is in it afterwards, it left behind."""
    report: Path
    env: Mapping[str, str]


class ScratchSpace:
    """A folder for the desks of one run, removed at its end."""

    def __init__(self) -> None:
        base = tempfile.gettempdir()
        # multiprocessing puts sockets below the temporary directory, and a socket's whole path must stay below 104
        # bytes (sockaddr_un of macOS and the BSDs); macOS's own temporary directory alone takes 49.
        if sys.platform != "win32" and len(base) > _LONGEST_BASE and os.access("/tmp", os.W_OK):
            base = "/tmp"
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="procsem-", dir=base))
        except OSError as error:
            raise ScratchSpaceError(_cannot(Path(base), error)) from error

    @contextmanager
    def scratch_dir(self, windows: bool = False) -> Iterator[ScratchDir]:
        """A fresh scratch_dir, cleared away afterwards, for a probe on Windows or not.

        Raises :class:`ScratchSpaceError` where there is no room for it.
        """
        token = secrets.token_hex(4)
        place = self.folder / token
        folder = place / "t"
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise ScratchSpaceError(_cannot(place, error)) from error
        try:
            yield ScratchDir(token, folder, place / "report.json", clean_environment(folder, windows))
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def close(self) -> None:
        """Remove the folder and all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> ScratchSpace:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def clean_environment(folder: Path, windows: bool) -> dict[str, str]:
    """The environment of a probe: ours, less what changes a Python from outside; temporary files go to ``folder``."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("PYTHON", "VIRTUAL_ENV", "__PYVENV", "COV_"))
    }
    # Windows has no TMPDIR; where a Windows Python runs under Wine, TMPDIR is for Wine's own files.
    names = ("TEMP", "TMP") if windows else ("TEMP", "TMP", "TMPDIR")
    return {**kept, **dict.fromkeys(names, str(folder))}


def _cannot(place: Path, error: OSError) -> str:
    why = error.strerror or error
    return f"{place}: no place to work in: {why}; free some space there, or set TMPDIR to another folder"
