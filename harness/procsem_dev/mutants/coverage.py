"""Find out which cells execute what a mutant edits. No other cell can come out differently under it.

The whole catalogue runs once in an instrumented tree: a tree without an edit, in which every statement that a mutant
changes is recorded when it is reached. The records are then compared with each mutant. The record is made before the
first statement in which the mutant's program differs from the original, in the innermost block that contains all
differences; the two programs are compared as syntax trees. A difference outside of functions is reached by every
process that loads the file.

Many mutants break a rule in one case only: they add ``if CASE: ...``, or replace an expression with ``OTHER if CASE
else ORIGINAL``. Then the record is made in that case only, because in all other cases both programs do the same.
Evaluating the case must have no side effects.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import frozen

from procsem.model import CellKey, CellResult, EventKind, Verdict
from procsem_dev.mutants.definitions import Edit, Mutant, MutantError
from procsem_dev.mutants.tree import REACHED, Tree

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""The fields of a syntax tree that are lists of statements, or of nodes that contain statements."""
_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""Expressions with local names, which a test that is moved out of them would not find."""


@frozen
class Site:
    """A place where the programs of a mutant and of the original differ: a mutation site."""

    statement: ast.stmt | None
    """A statement that is reached whenever the difference is; None if it is reached when the file is loaded."""
    case: str | None = None
    """An expression that is true before the statement if the difference has an effect; None if it always has."""

    def record(self, file: str) -> str:
        """Return the text that a process records at this site. For a loaded file, the tree itself records the path."""
        if self.statement is None:
            return file
        position = f"{file}:{self.statement.lineno}:{self.statement.col_offset}"
        return position if self.case is None else f"{position} if {self.case}"

    def instrumentation(self, file: str) -> ast.stmt:
        """Return the statement that makes the record."""
        call = f"{REACHED}({self.record(file)!r})"
        return ast.parse(call if self.case is None else f"if {self.case}: {call}").body[0]


@frozen
class Plan:
    """An instrumented tree that is to be built."""

    instrumented: Mutant
    """A mutant that breaks nothing; its edits make the records."""
    records: Mapping[str, frozenset[str]]
    """The records of processes that reach what a mutant edits, by the mutant's name. Only mutants of this Python."""


@frozen
class Coverage:
    """The sites that each cell of the catalogue reaches."""

    records: Mapping[str, frozenset[str]]
    """As in :class:`Plan`."""
    reached: Mapping[CellKey, frozenset[str] | None]
    """The records of the cell's processes; None if they are not certain, so that everything may have been reached."""

    def reaches(self, key: CellKey, mutant: Mutant) -> bool:
        """Return whether the cell executes, or may execute, what the mutant edits."""
        reached = self.reached.get(key)
        return reached is None or not reached.isdisjoint(self.records[mutant.name])


def plan(mutants: Iterable[Mutant], library: Path) -> Plan:
    """Plan the instrumented tree for this standard library."""
    texts: dict[str, str] = {}
    programs: dict[str, ast.Module | None] = {}
    records: dict[str, frozenset[str]] = {}
    sites: dict[str, set[Site]] = {}
    for mutant in mutants:
        try:
            for file in {edit.file for edit in mutant.edits} - set(texts):
                texts[file] = (library / file).read_text(encoding="utf-8")
                programs[file] = _parsed(texts[file])
            edited = mutant.apply(texts)
        except (OSError, MutantError):  # not a mutant of this Python; whether it should be one is tested elsewhere
            continue
        by_file = {file: find_sites(programs[file], _parsed(text)) for file, text in edited.items()}
        records[mutant.name] = frozenset(site.record(file) for file, found in by_file.items() for site in found)
        for file, found in by_file.items():
            sites.setdefault(file, set()).update(found)
    edits = [
        Edit(file, texts[file], texts[file] if program is None else _instrumented(file, program, sites[file]))
        for file, program in programs.items()
        if file in sites
    ]
    return Plan(Mutant("instrumented", "nothing", (), tuple(edits)), records)


def plan_sites(sites: Mapping[str, Iterable[Site]], texts: Mapping[str, str]) -> Plan:
    """Plan an instrumented tree that records these sites, by file; ``texts`` are the original files."""
    edits = [
        Edit(file, texts[file], text)
        for file, chosen in sites.items()
        if (text := _instrumented(file, ast.parse(texts[file]), chosen)) != texts[file]
    ]
    return Plan(Mutant("instrumented", "nothing", (), tuple(edits)), {})


def measure_coverage(
    plan: Plan, tree: Tree, results: Iterable[CellResult], uncertain: Iterable[CellKey] = ()
) -> Coverage:
    """Return what each cell reached, from the trace of the instrumented tree and all results of the cells there.

    The processes of a cell are those that have the token of its probe's task. The first process with a token is the
    probe, whose pid is known. All results of a cell count, because a probe may take another path at another time. The
    records of processes without a cell's token, for example with a cleared environment, count for every cell.
    """
    first_pids: dict[str, int] = {}
    by_token: dict[str | None, set[str]] = {}
    for entry in tree.trace():
        if entry.token is not None:
            first_pids.setdefault(entry.token, entry.pid)
        file = Path(entry.text)
        record = file.relative_to(tree.library).as_posix() if file.is_absolute() else entry.text
        by_token.setdefault(entry.token, set()).add(record)
    tokens_by_pid: dict[int, set[str]] = {}  # several tokens if the system used a pid again; then all count
    for token, pid in first_pids.items():
        tokens_by_pid.setdefault(pid, set()).add(token)
    tokens_by_cell: dict[CellKey, set[str]] = {}
    unsure = set(uncertain)
    for result in results:
        probe = next((event.pid for event in result.watcher if event.event is EventKind.STARTED), None)
        tokens = tokens_by_pid.get(probe, set()) if probe is not None else set()
        tokens_by_cell.setdefault(result.key, set()).update(tokens)
        if result.verdict is not Verdict.UNSUPPORTED and not tokens:
            unsure.add(result.key)
    known = set().union(*tokens_by_cell.values())
    of_all = set().union(*(records for token, records in by_token.items() if token not in known))
    reached = {
        key: None if key in unsure else frozenset(of_all.union(*(by_token[token] for token in tokens)))
        for key, tokens in tokens_by_cell.items()
    }
    return Coverage(plan.records, reached)


def find_sites(before: ast.Module | None, after: ast.Module | None) -> set[Site]:
    """Find where two programs differ. If one of them could not be parsed, the site is the whole file."""
    if before is None or after is None:
        return {Site(None)}
    return set(_sites([*before.body], [*after.body], None, False))


def _sites(before: list[ast.AST], after: list[ast.AST], owner: ast.stmt | None, in_function: bool) -> Iterator[Site]:
    """Yield the sites in one block of ``owner``."""
    if _same(before, after):
        return
    if len(before) == len(after) and all(map(_alike, before, after)):
        for one, other in zip(before, after, strict=True):
            holder = one if isinstance(one, ast.stmt) else owner
            inside = in_function or isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
            for block in _BLOCKS:
                yield from _sites(getattr(one, block, []), getattr(other, block, []), holder, inside)
    elif not in_function:
        yield Site(None)
    else:
        pairs = zip(before, after, strict=False)
        first = next((n for n, pair in enumerate(pairs) if not _same(*pair)), min(len(before), len(after)))
        # A statement added at the end of a block is reached only by a process that has reached the last statement.
        differing = before[min(first, len(before) - 1)] if before else owner
        if isinstance(differing, ast.stmt):
            yield Site(differing, _case(before[first:], after[first:]))
        else:  # a clause of a statement, before which no statement can be inserted
            yield Site(owner)


def _same(one: object, other: object) -> bool:
    """Return whether two parts of programs are equal, apart from layout and comments."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return ast.dump(one) == ast.dump(other) if isinstance(one, ast.AST) and isinstance(other, ast.AST) else one == other


def _alike(one: ast.AST, other: ast.AST) -> bool:
    """Return whether two nodes differ only in their blocks."""
    return type(one) is type(other) and all(
        name in _BLOCKS or _same(value, getattr(other, name)) for name, value in ast.iter_fields(one)
    )


def _case(before: list[ast.AST], after: list[ast.AST]) -> str | None:
    """Return the only case in which ``after`` does something else than ``before``; None if there is no such case."""
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
    """Return the tests of added conditional expressions if nothing else differs, otherwise None."""
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


def _instrumented(file: str, program: ast.Module, sites: Iterable[Site]) -> str:
    """Return the text of the program with a statement before each site that makes the record."""
    added: dict[tuple[int, int], list[ast.stmt]] = {}
    for site in sorted(sites, key=lambda site: site.record(file)):
        if site.statement is not None:  # the tree itself records loaded files
            position = (site.statement.lineno, site.statement.col_offset)
            added.setdefault(position, []).append(site.instrumentation(file))
    for node in ast.walk(program):
        for block in _BLOCKS:
            if isinstance(statements := getattr(node, block, None), list):
                setattr(node, block, [each for s in statements for each in (*_added(added, s), s)])
    return ast.unparse(program)


def _added(added: Mapping[tuple[int, int], Iterable[ast.stmt]], statement: ast.AST) -> Iterable[ast.stmt]:
    return added.get((statement.lineno, statement.col_offset), ()) if isinstance(statement, ast.stmt) else ()


def _parsed(text: str) -> ast.Module | None:
    """Return the syntax tree, or None if this Python cannot parse the text: the library may be another version's."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return None
