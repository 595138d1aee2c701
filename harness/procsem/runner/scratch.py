"""The places where probes work: each gets its own folder and a clean environment."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from procsem.errors import ProcsemError
from procsem.runner.disk_space import DiskWatch

_LONGEST_BASE = 40
"""Characters. multiprocessing creates sockets below the temporary directory, and the path of a socket must be shorter
than 104 bytes (sockaddr_un of macOS and the BSDs). macOS's own temporary directory already takes 49."""


class ScratchSpaceError(ProcsemError):
    """Raised when no folder for probes can be created."""


@frozen
class ScratchDir:
    """The place of one probe."""

    token: str
    folder: Path
    """Its working and temporary directory. A file that is there at the end was left behind."""
    report: Path
    env: Mapping[str, str]


class ScratchSpace:
    """A folder for the scratch directories of one run. It is removed at the end of the run."""

    def __init__(self) -> None:
        base = tempfile.gettempdir()
        if sys.platform != "win32" and len(base) > _LONGEST_BASE and os.access("/tmp", os.W_OK):
            base = "/tmp"
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="procsem-", dir=base))
        except OSError as error:
            raise ScratchSpaceError(_cannot_create(Path(base), error)) from error
        self.disk = DiskWatch(self.folder)

    @contextmanager
    def new_dir(self, windows: bool = False) -> Iterator[ScratchDir]:
        """Create a scratch directory for a probe, and remove it after the block.

        ``windows`` says whether the probe's interpreter is one for Windows. Raises :class:`ScratchSpaceError`.
        """
        token = os.urandom(4).hex()  # the module secrets would import OpenSSL
        place = self.folder / token
        folder = place / "t"
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise ScratchSpaceError(_cannot_create(place, error)) from error
        try:
            yield ScratchDir(token, folder, place / "report.json", clean_environment(folder, windows))
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def close(self) -> None:
        """Remove the folder and everything in it."""
        self.disk.close()
        try:
            shutil.rmtree(self.folder, ignore_errors=True)
        except BaseException:  # Ctrl-C, which comes once
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def __enter__(self) -> ScratchSpace:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def clean_environment(folder: Path, windows: bool) -> dict[str, str]:
    """Return the environment of a probe: ours without variables that influence Python, and with another temp folder."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("PYTHON", "VIRTUAL_ENV", "__PYVENV", "COV_"))
    }
    # Windows has no TMPDIR; if a Windows Python runs under Wine, Wine itself uses TMPDIR.
    names = ("TEMP", "TMP") if windows else ("TEMP", "TMP", "TMPDIR")
    return {**kept, **dict.fromkeys(names, str(folder))}


def _cannot_create(place: Path, error: OSError) -> str:
    why = error.strerror or error
    return f"{place}: cannot create a folder for probes: {why}; free some space there, or set TMPDIR to another folder"
