"""Generate mutants of a source file: each one differs from the original by one small change.

The operators are those of the common mutation tools, which change the programs of their users. Here only one file of a
standard library changes, which may be newer than this Python, so a change replaces a range of the text.

Text that goes to the log of multiprocessing and lists of exported names have no effect on processes; they are not
changed.
"""

from __future__ import annotations

import ast
import hashlib
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

from attrs import evolve, frozen

from procsem_dev.mutants.coverage import Site
from procsem_dev.mutants.definitions import Edit, Mutant

_LOG_CALLS = frozenset({"debug", "info", "warning", "sub_debug", "sub_warning", "_debug"})
"""Functions of multiprocessing.util and methods of loggers that write a message to a log."""

_FLIPPED: dict[type[ast.cmpop], str] = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: ">=",
    ast.GtE: "<",
    ast.Gt: "<=",
    ast.LtE: ">",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
_SHIFTED: dict[type[ast.cmpop], str] = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">"}
"""Comparisons that are off by one."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Operator(StrEnum):
    """A kind of change."""

    NEGATE_CONDITION = "negate-condition"
    FLIP_COMPARISON = "flip-comparison"
    SHIFT_COMPARISON = "shift-comparison"
    SWAP_AND_OR = "swap-and-or"
    DROP_CALL = "drop-call"
    DROP_RAISE = "drop-raise"
    RETURN_NONE = "return-none"
    ASSIGN_NONE = "assign-none"
    DROP_UPDATE = "drop-update"
    SWAP_HANDLERS = "swap-handlers"
    HANDLER_RAISES = "handler-raises"
    OFF_BY_ONE = "off-by-one"
    SWAP_BOOLEAN = "swap-boolean"


@frozen
class Change:
    """One change of one file."""

    file: str
    """Relative to the standard library, with slashes."""
    function: str
    """The qualified name of the function that it changes; empty outside of functions."""
    operator: Operator
    before: str
    """The text that is replaced, on one line."""
    after: str
    line: int
    site: Site
    """The place that a process reaches if it can notice the change."""
    start: int
    """The range of the file's UTF-8 text that is replaced, in bytes."""
    end: int
    replacement: str
    number: int = 1
    """Distinguishes changes of a function that are equal otherwise; they are counted in the order of the text."""

    @property
    def id(self) -> str:
        """A name that is stable between versions of Python as long as the function does not change."""
        suffix = f" #{self.number}" if self.number > 1 else ""
        return f"{self.file}:{self.function}: {self.operator}: {self.before}{suffix}"

    def mutant(self, text: str) -> Mutant:
        """Return the mutant; ``text`` is that of the original file."""
        data = text.encode()
        edited = (data[: self.start] + self.replacement.encode() + data[self.end :]).decode()
        name = hashlib.sha256(self.id.encode()).hexdigest()[:12]  # also the name of its folder
        return Mutant(name, f"{self.before} is {self.after}", (), (Edit(self.file, text, edited),))


def changes(file: str, text: str) -> list[Change]:
    """Return all changes of a file, in the order of its text. Raises SyntaxError if this Python cannot parse it."""
    found = sorted(_Generator(file, text).run(), key=lambda change: (change.start, change.operator, change.end))
    counts: Counter[str] = Counter()
    numbered = []
    for change in found:
        counts[change.id] += 1
        numbered.append(evolve(change, number=counts[change.id]))
    return numbered


class _Generator:
    def __init__(self, file: str, text: str) -> None:
        self._file, self._text, self._data = file, text, text.encode()
        self._line_starts = [0]
        for line in self._data.splitlines(keepends=True):
            self._line_starts.append(self._line_starts[-1] + len(line))

    def run(self) -> Iterator[Change]:
        yield from self._block(ast.parse(self._text).body, "")

    def _block(self, statements: list[ast.stmt], function: str) -> Iterator[Change]:
        for statement in statements:
            if isinstance(statement, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id in {"__all__", "__slots__"} for target in statement.targets
            ):
                continue
            place = _Place(function, Site(statement))
            yield from self._statement(statement, place)
            if isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
                name = f"{function}.{statement.name}" if function else statement.name
                yield from self._block(statement.body, name)
            else:
                for block in ("body", "orelse", "finalbody"):
                    yield from self._block(getattr(statement, block, []), function)
                for handler in getattr(statement, "handlers", []):
                    yield from self._block(handler.body, function)

    def _statement(self, statement: ast.stmt, place: _Place) -> Iterator[Change]:
        """Yield the changes of a statement and of its expressions, without the statements that it contains."""
        match statement:
            case ast.Expr(value=ast.Constant()):
                return  # a docstring
            case ast.Expr(value=ast.Call() as call):
                if _is_log_call(call):
                    return
                yield self._change(Operator.DROP_CALL, statement, "pass", place)
            case ast.Raise():
                yield self._change(Operator.DROP_RAISE, statement, "pass", place)
            case ast.Return(value=ast.expr() as value) if not _is_falsy(value):
                yield self._change(Operator.RETURN_NONE, value, "None", place)
            case ast.Assign(value=value) if not _is_none(value):
                yield self._change(Operator.ASSIGN_NONE, value, "None", place)
            case ast.AnnAssign(value=ast.expr() as value) if not _is_none(value):
                yield self._change(Operator.ASSIGN_NONE, value, "None", place)
            case ast.AugAssign():
                yield self._change(Operator.DROP_UPDATE, statement, "pass", place)
            case ast.Try():
                yield from self._handlers(statement, place)
            case ast.If(test=test) | ast.While(test=test) | ast.Assert(test=test):
                yield from self._condition(test, place)
        for name, value in ast.iter_fields(statement):
            if name in {"body", "orelse", "finalbody", "handlers", "cases", "annotation", "returns"}:
                continue
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, ast.AST):
                    yield from self._expressions(part, place)

    def _expressions(self, node: ast.AST, place: _Place) -> Iterator[Change]:
        match node:
            case ast.JoinedStr():
                return  # positions inside of it are not reliable before Python 3.12
            case ast.Call() if _is_log_call(node):
                return
            case ast.Constant(value=bool() as value):
                yield self._change(Operator.SWAP_BOOLEAN, node, str(not value), place)
            case ast.Constant(value=int() as value):
                yield self._change(Operator.OFF_BY_ONE, node, str(value + 1), place)
            case ast.Compare(ops=[operator], left=left, comparators=[right]):
                one, other = self._source(left), self._source(right)
                yield self._change(Operator.FLIP_COMPARISON, node, f"({one} {_FLIPPED[type(operator)]} {other})", place)
                if type(operator) in _SHIFTED:
                    shifted = f"({one} {_SHIFTED[type(operator)]} {other})"
                    yield self._change(Operator.SHIFT_COMPARISON, node, shifted, place)
            case ast.BoolOp(op=operation, values=values):
                word = " or " if isinstance(operation, ast.And) else " and "
                swapped = word.join(f"({self._source(value)})" for value in values)
                yield self._change(Operator.SWAP_AND_OR, node, f"({swapped})", place)
            case ast.IfExp(test=test):
                yield from self._condition(test, place)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield self._change(Operator.NEGATE_CONDITION, node, f"({self._source(operand)})", place)
            case ast.comprehension(ifs=tests):
                for test in tests:
                    yield from self._condition(test, place)
            case ast.arg():
                return  # an annotation
        for child in ast.iter_child_nodes(node):
            yield from self._expressions(child, place)

    def _condition(self, test: ast.expr, place: _Place) -> Iterator[Change]:
        """Yield the negation of a condition, unless a change of the expression itself is the same."""
        single_comparison = isinstance(test, ast.Compare) and len(test.ops) == 1
        negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        if not single_comparison and not negated and not isinstance(test, ast.Constant):
            yield self._change(Operator.NEGATE_CONDITION, test, f"(not ({self._source(test)}))", place)

    def _handlers(self, statement: ast.Try, place: _Place) -> Iterator[Change]:
        for handler in statement.handlers:
            if not (len(handler.body) == 1 and isinstance(handler.body[0], ast.Raise)):
                start, end = self._range(handler.body)
                before = f"except {self._source(handler.type) if handler.type else ''}: {self._source(handler.body[0])}"
                yield self._replace(
                    Operator.HANDLER_RAISES, start, end, "raise", before, "raise", handler.lineno, place
                )
        for one, other in zip(statement.handlers, statement.handlers[1:], strict=False):
            if ast.dump(ast.Module(one.body, [])) == ast.dump(ast.Module(other.body, [])):
                continue
            if one.type is None or other.type is None:
                continue
            (a, b), (c, d) = self._extent(one.type), self._extent(other.type)
            swapped = self._data[c:d] + self._data[b:c] + self._data[a:b]
            types = [self._source(one.type), self._source(other.type)]
            before, after = " / ".join(types), " / ".join(reversed(types))
            yield self._replace(Operator.SWAP_HANDLERS, a, d, swapped.decode(), before, after, one.lineno, place)

    def _change(self, operator: Operator, node: ast.stmt | ast.expr, after: str, place: _Place) -> Change:
        start, end = self._extent(node)
        return self._replace(operator, start, end, after, self._source(node), after, node.lineno, place)

    def _replace(
        self, operator: Operator, start: int, end: int, text: str, before: str, after: str, line: int, place: _Place
    ) -> Change:
        before, after = (" ".join(each.split()) for each in (before, after))
        return Change(self._file, place.function, operator, before, after, line, place.site, start, end, text)

    def _source(self, node: ast.stmt | ast.expr) -> str:
        start, end = self._extent(node)
        return self._data[start:end].decode()

    def _extent(self, node: ast.stmt | ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._line_starts[node.lineno - 1] + node.col_offset
        return start, self._line_starts[node.end_lineno - 1] + node.end_col_offset

    def _range(self, statements: list[ast.stmt]) -> tuple[int, int]:
        return self._extent(statements[0])[0], self._extent(statements[-1])[1]


@frozen
class _Place:
    function: str
    site: Site


def _is_log_call(call: ast.Call) -> bool:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in _LOG_CALLS


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _is_falsy(value: ast.expr) -> bool:
    """Return whether None in its place would hardly differ."""
    return isinstance(value, ast.Constant) and not value.value
