"""Which cells execute what a mutant edits: no other can come out differently under it.

A tree without an edit, in which every statement that some mutant changes says so when it is reached, runs the whole
catalogue. What its processes say is held against each mutant afterwards. It is said before the first statement in
which the mutant's program departs from the original, in the innermost block that holds all that differs: the two are
compared as syntax trees. What differs outside of functions is reached by whoever loads the file.

Many a mutant is broken in one case alone: it adds ``if CASE: ...``, or writes ``OTHER if CASE else ORIGINAL`` for an
expression. Then it is said only in that case: until it comes, both programs do the same. The case must be one that
can be looked at without changing anything.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import frozen

from procsem.model import CellResult, Verdict
from procsem_dev.mutants.entries import Edit, Mutant, MutantError
from procsem_dev.mutants.tree import REACHED, Tree

Place = tuple[str, str | None]
"""A claim's id and a start method: which cell of the matrix."""

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""The fields of a syntax tree in which lists of statements stand, or of what holds statements."""
_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""Expressions with names of their own, which a test that is taken out of them would not find."""


@frozen
class Departure:
    """Where one program is another."""

    statement: ast.stmt | None
    """Reached whenever what differs is; None for what is executed when the file is loaded."""
    case: str | None = None
    """The expression that is true just before the statement where it makes a difference; None: always."""

    def word(self, file: str) -> str:
        """What a process says that comes there. For a file that is loaded, what the tree says of itself."""
        if self.statement is None:
            return file
        where = f"{file}:{self.statement.lineno}:{self.statement.col_offset}"
        return where if self.case is None else f"{where} if {self.case}"

    def telling(self, file: str) -> ast.stmt:
        """The statement that says so."""
        says = f"{REACHED}({self.word(file)!r})"
        return ast.parse(says if self.case is None else f"if {self.case}: {says}").body[0]


@frozen
class Plan:
    """A tree that tells what is reached."""

    telling: Mutant
    """Breaks nothing: the edits that make the tree tell."""
    words: Mapping[str, frozenset[str]]
    """By a mutant's name: what is said by a process that reaches what it edits. Those alone that fit this Python."""


@frozen
class Survey:
    """What each cell of the catalogue reaches."""

    words: Mapping[str, frozenset[str]]
    """As in :class:`Plan`."""
    reached: Mapping[Place, frozenset[str] | None]
    """What the cell's processes said; None where there is doubt, and everything may have been reached."""

    def reaches(self, place: Place, mutant: Mutant) -> bool:
        """Whether the cell executes, or may execute, what the mutant edits."""
        reached = self.reached.get(place)
        return reached is None or not reached.isdisjoint(self.words[mutant.name])


def plan(mutants: Iterable[Mutant], library: Path) -> Plan:
    """The plan for this standard library."""
    texts: dict[str, str] = {}
    programs: dict[str, ast.Module | None] = {}
    words: dict[str, frozenset[str]] = {}
    departed: dict[str, set[Departure]] = {}
    for mutant in mutants:
        try:
            for file in {edit.file for edit in mutant.edits} - set(texts):
                texts[file] = (library / file).read_text(encoding="utf-8")
                programs[file] = _parsed(texts[file])
            edited = mutant.apply(texts)
        except (OSError, MutantError):  # no mutant of this Python; that it should be one is another test's matter
            continue
        here = {file: departures(programs[file], _parsed(text)) for file, text in edited.items()}
        words[mutant.name] = frozenset(departure.word(file) for file, found in here.items() for departure in found)
        for file, found in here.items():
            departed.setdefault(file, set()).update(found)
    edits = [
        Edit(file, texts[file], texts[file] if program is None else _telling(file, program, departed[file]))
        for file, program in programs.items()
        if file in departed
    ]
    return Plan(Mutant("telling", "nothing", (), tuple(edits)), words)


def survey(plan: Plan, tree: Tree, results: Iterable[CellResult], doubtful: Iterable[Place] = ()) -> Survey:
    """What was said in the plan's tree, by cell, from all the results of each cell there.

    A cell's processes are those that bear the token of its probe's task; the first of them to say anything is the
    probe, whose pid is known. What the cell's results have in all counts, since chance may lead a probe another way at
    another time. What is said by processes without the token of a cell, as where the environment was cleared, counts
    as said by every cell.
    """
    firsts: dict[str, int] = {}
    said: dict[str | None, set[str]] = {}
    for mark in tree.said():
        if mark.token is not None:
            firsts.setdefault(mark.token, mark.pid)
        file = Path(mark.word)
        word = file.relative_to(tree.library).as_posix() if file.is_absolute() else mark.word
        said.setdefault(mark.token, set()).add(word)
    tokens: dict[int, set[str]] = {}  # several where the system has given out a pid again; then all are taken
    for token, first in firsts.items():
        tokens.setdefault(first, set()).add(token)
    borne: dict[Place, set[str]] = {}
    unsure = set(doubtful)
    for result in results:
        place = result.claim, result.start_method
        pid = next((event.pid for event in result.watcher if event.event == "started"), None)
        borne.setdefault(place, set()).update(tokens.get(pid, ()) if pid is not None else ())
        if result.verdict is not Verdict.UNSUPPORTED and (pid is None or pid not in tokens):
            unsure.add(place)
    known = set().union(*borne.values())
    anyones = set().union(*(words for token, words in said.items() if token not in known))
    reached = {place: anyones.union(*(said[token] for token in bears)) for place, bears in borne.items()}
    return Survey(plan.words, {p: None if p in unsure else frozenset(words) for p, words in reached.items()})


def departures(before: ast.Module | None, after: ast.Module | None) -> set[Departure]:
    """Where ``after`` departs from ``before``; where either is no program, in the whole file."""
    if before is None or after is None:
        return {Departure(None)}
    return set(_departures([*before.body], [*after.body], None, False))


def _departures(
    before: list[ast.AST], after: list[ast.AST], owner: ast.stmt | None, called: bool
) -> Iterator[Departure]:
    """For one block of ``owner``; ``called`` says that it is within a function."""
    if _same(before, after):
        return
    if len(before) == len(after) and all(map(_alike, before, after)):
        for one, other in zip(before, after, strict=True):
            holder = one if isinstance(one, ast.stmt) else owner
            inside = called or isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
            for block in _BLOCKS:
                yield from _departures(getattr(one, block, []), getattr(other, block, []), holder, inside)
    elif not called:
        yield Departure(None)
    else:
        pairs = zip(before, after, strict=False)
        first = next((n for n, pair in enumerate(pairs) if not _same(*pair)), min(len(before), len(after)))
        # What is added at a block's end is reached only by what has reached the last statement.
        there = before[min(first, len(before) - 1)] if before else owner
        if isinstance(there, ast.stmt):
            yield Departure(there, _case(before[first:], after[first:]))
        else:  # a clause of a statement, before which nothing can be said
            yield Departure(owner)


def _same(one: object, other: object) -> bool:
    """Whether two parts of programs are the same but for their looks."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return ast.dump(one) == ast.dump(other) if isinstance(one, ast.AST) and isinstance(other, ast.AST) else one == other


def _alike(one: ast.AST, other: ast.AST) -> bool:
    """Whether the two differ in their blocks alone."""
    return type(one) is type(other) and all(
        name in _BLOCKS or _same(value, getattr(other, name)) for name, value in ast.iter_fields(one)
    )


def _case(before: list[ast.AST], after: list[ast.AST]) -> str | None:
    """The case in which alone ``after`` does another thing than ``before``, if that is all that it says."""
    if not before or not after:
        return None
    old, new = before[0], after[0]
    if isinstance(new, ast.If) and not new.orelse and _same(before, after[1:]):
        return ast.unparse(new.test)
    if not _same(before[1:], after[1:]):
        return None
    if isinstance(old, ast.If) and isinstance(new, ast.If) and _same([old.body, old.orelse], [new.body, new.orelse]):
        cases = _cases(old.test, new.test)
    else:
        cases = None if hasattr(old, "body") else _cases(old, new)
    return " or ".join(dict.fromkeys(cases)) if cases else None


def _cases(old: object, new: object) -> list[str] | None:
    """The tests of conditional expressions in which alone the two differ; None where they differ in more."""
    if _same(old, new):
        return []
    if isinstance(new, ast.IfExp) and _same(old, new.orelse):
        return [f"({ast.unparse(new.test)})"]
    if isinstance(new, ast.IfExp) and _same(old, new.body):
        return [f"(not ({ast.unparse(new.test)}))"]
    if isinstance(old, _SCOPES) or type(old) is not type(new):
        return None
    if isinstance(old, ast.AST):
        parts = [(value, getattr(new, name)) for name, value in ast.iter_fields(old)]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        parts = list(zip(old, new, strict=True))
    else:
        return None
    found = [_cases(*part) for part in parts]
    return None if None in found else [case for cases in found for case in cases or ()]


def _telling(file: str, program: ast.Module, departed: Iterable[Departure]) -> str:
    """The program that tells of each of these before it comes there."""
    says: dict[ast.AST | None, list[ast.stmt]] = {}
    for departure in sorted(departed, key=lambda departure: departure.word(file)):
        says.setdefault(departure.statement, []).append(departure.telling(file))
    says.pop(None, None)  # the tree tells of it
    for node in ast.walk(program):
        for block in _BLOCKS:
            if isinstance(statements := getattr(node, block, None), list):
                setattr(node, block, [each for s in statements for each in (*says.get(s, ()), s)])
    return ast.unparse(program)


def _parsed(text: str) -> ast.Module | None:
    """None for what is no program to this Python, which need not be the one whose library it is."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return None
