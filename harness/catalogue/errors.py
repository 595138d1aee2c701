"""How a bad catalogue is told: one line a fault, each with the file and the key."""

from __future__ import annotations

from collections.abc import Sequence


class CatalogueError(ValueError):
    """The catalogue cannot be used. ``faults`` are its faults, one clear line each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)
