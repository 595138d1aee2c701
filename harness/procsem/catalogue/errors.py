"""The faults of a catalogue: one line per fault, each with the file, the line and the key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from procsem.errors import ProcsemError

KeyPath = tuple[str | int, ...]
"""The keys and list positions that lead to a value in a TOML file."""


class CatalogueError(ProcsemError):
    """Raised when a catalogue cannot be used. ``faults`` are its faults, one line each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@frozen
class Fault:
    """One fault of a table: where it is, and what is wrong there."""

    path: KeyPath
    message: str

    @property
    def key(self) -> str:
        """The path as a person writes it: ``expect[1].when.system``."""
        return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path).lstrip(".")

    def __str__(self) -> str:
        return f"{self.key}: {self.message}" if self.path else self.message


class StructureError(ProcsemError):
    """Raised when a table does not have the form that it must have."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)


def text_of(file: Path) -> str:
    """Return the text of a file of the catalogue. Raises :class:`CatalogueError` if the file cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CatalogueError([f"{file}: is not UTF-8 text (byte {error.start})"]) from error
    except OSError as error:
        raise CatalogueError([f"{file}: cannot be read: {error.strerror}"]) from error
