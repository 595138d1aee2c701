"""Which cells execute what a mutant edits: no other can come out differently under it.

A tree without an edit, in which every statement that some mutant changes says so when it is reached, runs the whole
catalogue. What its processes say is held against each mutant afterwards. It is said before the first statement in
which the mutant's program departs from the original, in the innermost block that holds all that differs: the two are
compared as syntax trees. What differs outside of functions is reached by whoever loads the file.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from harness.model import CellResult, Verdict

from .entries import Edit, Mutant, MutantError
from .tree import REACHED, Tree

Place = tuple[str, str | None]
"""A claim's id and a start method: which cell of the matrix."""

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""The fields of a syntax tree in which lists of statements stand, or of what holds statements."""


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
    told: dict[ast.AST, str] = {}
    for mutant in mutants:
        try:
            for file in {edit.file for edit in mutant.edits} - set(texts):
                texts[file] = (library / file).read_text(encoding="utf-8")
                programs[file] = _parsed(texts[file])
            edited = mutant.apply(texts)
        except (OSError, MutantError):  # no mutant of this Python; that it should be one is another test's matter
            continue
        here = {}
        for file, text in edited.items():
            for statement in departures(programs[file], _parsed(text)):
                here[statement] = f"{file}:{statement.lineno}:{statement.col_offset}" if statement else file
        words[mutant.name] = frozenset(here.values())
        told |= {statement: word for statement, word in here.items() if statement}
    edits = tuple(Edit(file, texts[file], _telling(program, told)) for file, program in programs.items() if program)
    return Plan(Mutant("telling", "nothing", (), edits), words)


def survey(plan: Plan, tree: Tree, results: Iterable[CellResult], doubtful: Iterable[Place] = ()) -> Survey:
    """What was said in the plan's tree, by cell, from all the results of each cell there.

    A cell's processes are those that bear the token of its probe's task; that is known by the probe's pid. All that the
    cell's runs have said counts, since chance may lead a probe another way at another time. What is said by processes
    without the token of a cell, as where the environment was cleared, counts as said by every cell.
    """
    tokens: dict[int, set[str]] = {}
    said: dict[str | None, set[str]] = {}
    for mark in tree.said():
        if mark.token is not None:
            tokens.setdefault(mark.pid, set()).add(mark.token)
        file = Path(mark.word)
        word = file.relative_to(tree.library).as_posix() if file.is_absolute() else mark.word
        said.setdefault(mark.token, set()).add(word)
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


def departures(before: ast.Module | None, after: ast.Module | None) -> set[ast.stmt | None]:
    """The statements of ``before`` that are reached whenever a part is that is another in ``after``.

    None stands for what is executed when the file is loaded; it is also the answer where either is no program.
    """
    if before is None or after is None:
        return {None}
    return set(_departures(before.body, after.body, None, False))


def _departures(
    before: Sequence[ast.AST], after: Sequence[ast.AST], owner: ast.stmt | None, called: bool
) -> Iterator[ast.stmt | None]:
    """For one block of ``owner``; ``called`` says that it is within a function."""
    old, new = [ast.dump(node) for node in before], [ast.dump(node) for node in after]
    first = next(
        (n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    if first == len(old) == len(new):
        return
    if len(old) == len(new) and all(map(_alike, before, after)):
        for one, other in zip(before, after, strict=True):
            holder = one if isinstance(one, ast.stmt) else owner
            inside = called or isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
            for block in _BLOCKS:
                yield from _departures(getattr(one, block, []), getattr(other, block, []), holder, inside)
    elif not called:
        yield None
    else:  # what is added at a block's end is reached only by what has reached its last statement
        there = before[min(first, len(before) - 1)] if before else owner
        yield there if isinstance(there, ast.stmt) else owner


def _alike(one: ast.AST, other: ast.AST) -> bool:
    """Whether the two differ in their blocks alone."""
    heads = [
        ast.dump(type(n)(**{name: [] if name in _BLOCKS else value for name, value in ast.iter_fields(n)}))
        for n in (one, other)
    ]
    return heads[0] == heads[1]


def _telling(program: ast.Module, words: Mapping[ast.AST, str]) -> str:
    """The program that says a statement's word each time before it executes the statement."""
    for node in ast.walk(program):
        for block in _BLOCKS:
            if isinstance(statements := getattr(node, block, None), list):
                says = ([*ast.parse(f"{REACHED}({words[s]!r})").body, s] if s in words else [s] for s in statements)
                setattr(node, block, [statement for pair in says for statement in pair])
    return ast.unparse(program)


def _parsed(text: str) -> ast.Module | None:
    """None for what is no program to this Python, which need not be the one whose library it is."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return None
