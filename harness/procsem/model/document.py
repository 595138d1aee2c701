"""The document that claims are taken from, and the lists of statements that the claims must cover."""

from __future__ import annotations

from collections.abc import Set

from attrs import field, frozen


@frozen
class Section:
    """One heading of the document, and its line."""

    heading: str
    line: int


@frozen
class Erratum:
    """A slip of the document that is proved by its own text or by a claim."""

    says: str
    evidence: str


@frozen
class Row:
    """One statement that claims must test."""

    id: str
    """``topic/name``, like the id of a claim."""
    line: int | None
    """The line of the document that makes the statement; None for a statement that the document does not make."""
    says: str
    claims: tuple[str, ...]
    """The ids of the claims that test the statement."""

    def is_tested(self, known: Set[str]) -> bool:
        """Return whether all of its claims are among the ``known`` ids."""
        return known >= set(self.claims)


@frozen
class Document:
    """The document that claims are taken from."""

    title: str = ""
    address: str = ""
    topics: tuple[str, ...] = ()
    """The topics in the document's order."""
    sections: tuple[Section, ...] = ()
    """The headings, in the order of their lines."""
    lines: int | None = None
    """The number of the last line, if it is known."""
    errata: tuple[Erratum, ...] = ()
    """The document's own slips."""
    checklist: tuple[Row, ...] = field(default=(), repr=False)
    """Every statement of the document that can be tested: ``checklist.toml``."""
    listings: tuple[Row, ...] = field(default=(), repr=False)
    """Its programs, each as a whole: ``listings.toml``."""
    beyond: tuple[Row, ...] = field(default=(), repr=False)
    """Statements that the document does not make: ``beyond.toml``."""

    def section_at(self, line: int) -> Section | None:
        """Return the section that contains the line, or None before the first heading."""
        return next((section for section in reversed(self.sections) if section.line <= line), None)
