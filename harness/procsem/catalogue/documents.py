"""The document that the claims are taken from: ``document.toml``, and the rows that the claims answer."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from attrs import Factory, evolve, field, frozen

from procsem.catalogue.errors import CatalogueError, text_of
from procsem.catalogue.structure import StructureError, structure
from procsem.model import Document, Erratum, Row, Section

T = TypeVar("T")


@frozen
class _Document:
    title: str
    address: str
    topics: list[str]
    sections: list[Section] = Factory(list)
    errata: list[Erratum] = Factory(list)


@frozen
class _Beyond:
    says: str
    claims: list[str] = Factory(list)


@frozen
class _Row(_Beyond):
    line: int = field(kw_only=True)


def read_document(folder: Path) -> Document:
    """What ``document.toml`` and the files of rows say; any may be missing. Raises :class:`CatalogueError`."""
    written = _read(folder / "document.toml", _Document)
    document = Document()
    if written is not None:
        document = Document(
            title=written.title,
            address=written.address,
            topics=tuple(written.topics),
            sections=tuple(sorted(written.sections, key=lambda section: section.line)),
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
    try:
        return structure(tomllib.loads(text_of(file)), kind)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError([f"{file}: is not valid TOML: {error}"]) from error
    except StructureError as error:
        raise CatalogueError([f"{file}: {fault}" for fault in error.faults]) from error
