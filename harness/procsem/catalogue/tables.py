"""The tables of ``claims.toml``: their keys, and the types of the values. CONTRIBUTING.md explains the keys."""

from __future__ import annotations

from typing import Any

from attrs import Factory, define


@define
class ArmTable:
    """``[NAME.arms.ARM]`` or ``[NAME.controls.ARM]``."""

    predicts: dict[str, Any]
    run: str | None = None


@define
class SourceTable:
    """``source = { line = 12, section = "..." }``; ``source = 12`` is the short form."""

    line: int
    section: str | None = None


@define
class RuleTable:
    """``[[NAME.expect]]``."""

    verdict: str
    because: str
    see: str | list[str]
    when: dict[str, Any] = Factory(dict)
    observes: dict[str, Any] = Factory(dict)
    effect: str | None = None


@define
class FailureTable:
    """``[[NAME.remedies.REMEDY.fails]]``."""

    when: dict[str, Any]
    because: str
    see: str | list[str]
    observes: dict[str, Any] = Factory(dict)


@define
class RemedyTable:
    """``[NAME.remedies.REMEDY]``."""

    says: str
    predicts: dict[str, Any]
    run: str | None = None
    fails: list[FailureTable] = Factory(list)


@define
class ClaimTable:
    """``[NAME]``."""

    says: str
    decided_by: str
    expect: list[RuleTable]
    source: int | SourceTable | None = None
    predicts: dict[str, Any] = Factory(dict)
    control: dict[str, Any] = Factory(dict)
    arms: dict[str, ArmTable] = Factory(dict)
    controls: dict[str, ArmTable] = Factory(dict)
    probe: str | None = None
    needs: dict[str, Any] = Factory(dict)
    per_start_method: bool = True
    alone: bool = False
    seconds: float = 120.0
    note: str = ""
    remedies: dict[str, RemedyTable] = Factory(dict)
    no_remedy: str = ""
    effect: dict[str, str] = Factory(dict)
    residue: list[str] = Factory(list)


DEFAULT_KEYS = ("decided_by", "needs", "per_start_method", "alone", "seconds", "residue", "probe", "effect")
"""The keys that ``[defaults]`` may have."""
