"""The effect of a verdict on programs that do what the claim describes."""

from __future__ import annotations

from enum import StrEnum


class Effect(StrEnum):
    """The fate of a user's program that does what the claim describes."""

    WORKS = "works"
    BREAKS = "breaks"
    """It fails, hangs or loses something."""
    DIFFERS = "differs"
    """It runs, but does something else than under another start method, system or version."""
