"""How a bad catalogue is told: one line a fault, each with the file and the key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from procsem.errors import ProcsemError


class CatalogueError(ProcsemError):
    """The catalogue cannot be used. ``faults`` are its faults, one clear line each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def text_of(file: Path) -> str:
    """The text of a file of the catalogue. Raises :class:`CatalogueError` where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CatalogueError([f"{file}: is not UTF-8 text (byte {error.start})"]) from error
    except OSError as error:
        raise CatalogueError([f"{file}: cannot be read: {error.strerror}"]) from error
