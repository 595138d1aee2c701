"""Read ``document.toml`` and the lists of statements that the claims must test."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from attrs import Factory, evolve, field, frozen

from procsem.catalogue.errors import CatalogueError, StructureError, text_of
from procsem.catalogue.key_lines import key_lines, line_of
from procsem.catalogue.structure import structure
from procsem.model import Document, Erratum, Row, Section

T = TypeVar("T")


@frozen
class _Document:
    title: str
    address: str
    topics: list[str]
    sections: list[Section] = Factory(list)
    lines: int | None = None
    errata: list[Erratum] = Factory(list)


@frozen
class _Beyond:
    says: str
    claims: list[str] = Factory(list)


@frozen
class _Row(_Beyond):
    line: int = field(kw_only=True)


def read_document(folder: Path) -> Document:
    """Read ``document.toml`` and the lists of statements; each file may be missing. Raises :class:`CatalogueError`."""
    written = _read(folder / "document.toml", _Document)
    document = Document()
    if written is not None:
        document = Document(
            title=written.title,
            address=written.address,
            topics=tuple(written.topics),
            sections=tuple(sorted(written.sections, key=lambda section: section.line)),
            lines=written.lines,
            errata=tuple(written.errata),
        )
    return evolve(
        document,
        checklist=_rows(_read(folder / "checklist.toml", dict[str, dict[str, _Row]])),
        listings=_rows(_read(folder / "listings.toml", dict[str, dict[str, _Row]])),
        beyond=_rows(_read(folder / "beyond.toml", dict[str, dict[str, _Beyond]])),
    )


def _rows(topics: Mapping[str, Mapping[str, _Beyond]] | None) -> tuple[Row, ...]:
    return tuple(
        Row(
            f"{topic}/{name}",
            row.line if isinstance(row, _Row) else None,
            row.says,
            tuple(claim if "/" in claim else f"{topic}/{claim}" for claim in row.claims or [name]),
        )
        for topic, rows in (topics or {}).items()
        for name, row in rows.items()
    )


def _read(file: Path, kind: type[T]) -> T | None:
    if not file.exists():
        return None
    text = text_of(file)
    try:
        return structure(tomllib.loads(text), kind)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError([f"{file}: is not valid TOML: {error}"]) from error
    except StructureError as error:
        lines = key_lines(text)
        raise CatalogueError([f"{file}:{line_of(fault.path, lines)}: {fault}" for fault in error.faults]) from error
