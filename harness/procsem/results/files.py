"""Result files: written whole or not at all, validated by ``run.schema.json`` when they are read."""

from __future__ import annotations

import contextlib
import errno
import functools
import gc
import json
import math
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from attrs import evolve
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from procsem.errors import NO_SPACE, ProcsemError
from procsem.model import (
    NOT_REPORTED,
    CellResult,
    Comparison,
    ComparisonError,
    Environment,
    EventKind,
    Matrix,
    Mismatch,
    MismatchSource,
    Observation,
    Problem,
    ProblemKind,
    Run,
)
from procsem.model.comparison import show

SCHEMA = 1
"""Version of the format. A reader accepts this version and older ones."""

SCHEMA_FILE = Path(__file__).with_name("run.schema.json")
_DEEPEST_FACT = 20
_LONGEST_FAULT = 300


class ResultFileError(ProcsemError):
    """Raised when a result file cannot be written or read."""


def _write_mismatch(mismatch: Mismatch) -> dict[str, Any]:
    return {
        "arm": mismatch.arm,
        "fact": mismatch.fact,
        "wanted": str(mismatch.expected),
        "saw": show(mismatch.actual),
        "expected": mismatch.expected.wanted,
        "source": str(mismatch.source),
    }


def _read_mismatch(data: Any, _: type) -> Mismatch:
    """Read a mismatch; files that are older than the keys ``expected`` and ``source`` have only words for them."""
    try:
        expected = Comparison(data.get("expected", data["wanted"]))
    except ComparisonError:  # a newer version may know more comparisons
        expected = Comparison(data["wanted"])
    source = MismatchSource(data.get("source", "prediction"))
    return Mismatch(str(data["arm"]), str(data["fact"]), expected, str(data["saw"]), source)


def _write_cell(cell: CellResult) -> dict[str, Any]:
    """Write the problem both as a text, as older versions do, and as data."""
    data: dict[str, Any] = _unstructure_cell(cell)
    details = data["problem"]
    data["problem"] = None if cell.problem is None else str(cell.problem)
    return {**data, "problem_details": details} if details else data


def _read_problem(data: Any, _: type) -> Problem | None:
    """Read the details of a problem, or its text if the file is older or names a kind that this version lacks."""
    if data is None or isinstance(data, str):
        return None if data is None else Problem(ProblemKind.OTHER, detail=data)
    return _structure_problem(data, Problem)


def _read_cell(data: Any, kind: type[CellResult]) -> CellResult:
    """Read a cell, and take the facts of its mismatches from its arms."""
    details = data.get("problem_details")
    if details and details["kind"] in set(ProblemKind):
        data = {**data, "problem": details}
    cell = _structure_cell(data, kind)
    facts = {arm: observation.facts for arm, observation in cell.arms.items()}
    return evolve(
        cell,
        mismatches=tuple(evolve(m, actual=facts.get(m.arm, {}).get(m.fact, NOT_REPORTED)) for m in cell.mismatches),
    )


_converter = Converter(detailed_validation=False)  # the schema has validated the data before
_converter.register_unstructure_hook(Environment, lambda environment: dict(environment.facts))
_converter.register_structure_hook(Environment, lambda facts, _: Environment(dict(facts)))
_converter.register_structure_hook(EventKind | str, lambda word, _: word)
_converter.register_structure_hook(str | int | None, lambda other, _: other)
_converter.register_unstructure_hook(Mismatch, _write_mismatch)
_converter.register_structure_hook(Mismatch, _read_mismatch)
_structure_problem = make_dict_structure_fn(Problem, _converter)
_converter.register_structure_hook(Problem | None, _read_problem)
_converter.register_unstructure_hook(
    Problem, make_dict_unstructure_fn(Problem, _converter, _cattrs_omit_if_default=True)
)
_structure_cell = make_dict_structure_fn(CellResult, _converter)
_omitted = override(omit_if_default=True)  # most arms have no symptom, and most claims no remedy
_converter.register_unstructure_hook(Observation, make_dict_unstructure_fn(Observation, _converter, symptoms=_omitted))
_unstructure_cell = make_dict_unstructure_fn(CellResult, _converter, remedies=_omitted)
_converter.register_unstructure_hook(CellResult, _write_cell)
_converter.register_structure_hook(CellResult, _read_cell)
_converter.register_unstructure_hook(Run, make_dict_unstructure_fn(Run, _converter, _cattrs_omit_if_default=False))
_converter.register_structure_hook(Run, make_dict_structure_fn(Run, _converter, complete=override(omit=False)))


def dumps(run: Run) -> str:
    """Return the text of the result file of a run."""
    return "".join(_parts(run))


def _parts(run: Run) -> Iterator[str]:
    """Yield the text of the result file cell by cell, because the whole needs several times the memory of the run.

    A run that ends because memory is short still keeps what it has measured.
    """
    head, cells, tail = _json({"schema": SCHEMA, **_converter.unstructure(evolve(run, cells=()))}).partition(_NO_CELLS)
    if not run.cells:
        yield f"{head}{cells}{tail}\n"
        return
    yield f"{head}{_NO_CELLS.removesuffix(']')}"
    for number, cell in enumerate(run.cells):
        yield f"{',' if number else ''}\n  "
        yield _json(_converter.unstructure(cell)).replace("\n", "\n  ")  # no line break of a text is left in JSON
    yield f"\n ]{tail}\n"


_NO_CELLS = '"cells": []'
"""The text of a run without cells. It occurs once, because JSON escapes the quotes of texts."""


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1)


def dumps_matrix(matrix: Matrix) -> str:
    """Return the text of one file with all runs of a matrix, each with its label and the files that it came from."""
    columns = [
        {"label": column.label, "files": list(column.files), **_converter.unstructure(column.run)}
        for column in matrix.columns
    ]
    return json.dumps({"schema": SCHEMA, "columns": columns}, ensure_ascii=False, indent=1) + "\n"


def file_name(run: Run) -> str:
    """Return the name of the result file: the label of the environment and the start of the run."""
    began = re.sub(r"[-:]", "", run.started.partition(".")[0].partition("+")[0]) + "Z"
    return re.sub(r"[^A-Za-z0-9._]+", "-", f"{run.environment.label}-{began}").strip("-").lower() + ".json"


def prepare(folder: Path) -> None:
    """Create the folder and check that files can be written to it. Raises :class:`ResultFileError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"procsem")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ResultFileError(_io_fault("write to the folder of runs", folder, error)) from error


def write(run: Run, folder: Path) -> Path:
    """Write a run into a folder, whole or not at all, and return the path. Raises :class:`ResultFileError`."""
    name = file_name(run)
    path = folder / name
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{name.removesuffix('.json')}-{number}.json"
    _write_parts(path, _parts(run))
    return path


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all. Raises :class:`ResultFileError`.

    A lone surrogate, which UTF-8 cannot encode, is written as its escape: in JSON that is the same string.
    """
    _write_parts(path, (text,))


def _write_parts(path: Path, parts: Iterable[str]) -> None:
    if path.is_dir():
        raise ResultFileError(_io_fault("write", path, IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))))
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException as error:  # also Ctrl-C
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ResultFileError(_io_fault("write", path, error)) from error
        raise


def read_all(path: Path) -> list[Run]:
    """Read all runs in a result file or a matrix file. Raises :class:`ResultFileError`, whose message is one line."""
    with _no_garbage_collection():
        return _read_all(path)


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Do not look for garbage in the block. Reading a large file makes none, and takes 30 % less time so."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read_all(path: Path) -> list[Run]:
    try:
        data = _parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultFileError(f"{path}: cannot read the result file: {error.strerror or error}") from error
    except RecursionError as error:
        raise ResultFileError(f"{path}: not a result file: nested too deeply; leave it out") from error
    except ValueError as error:
        raise ResultFileError(
            f"{path}: not a result file: not valid JSON ({_one_line(str(error))}); run it again, or leave it out"
        ) from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if isinstance(schema, bool) or not isinstance(schema, int):
        raise ResultFileError(
            f"{path}: not a result file: no schema number; pass files that `procsem run` or `report --json` wrote"
        )
    if schema > SCHEMA:
        raise ResultFileError(
            f"{path}: has schema {schema}, but this procsem reads schemas up to {SCHEMA}; use a newer procsem"
        )
    fault = _schema_fault(data) or _cell_fault(data)
    if fault:
        raise ResultFileError(f"{path}: damaged: {_one_line(fault)}; leave it out")
    return _converter.structure(_runs(data), list[Run])


def _runs(data: Mapping[str, Any]) -> list[Any]:
    """Return the runs in the data of a file: the columns of a matrix, or the one run."""
    return list(data.get("columns", [data]))


def _schema_fault(data: Any) -> str | None:
    """Return in which place the data violates the schema, and how; None if it does not."""
    import fastjsonschema  # here, because most commands read no result file

    try:
        _validator()(data)
    except fastjsonschema.JsonSchemaValueException as error:
        return str(error.message).removeprefix("data.")
    return None


@functools.cache
def _validator() -> Callable[[Any], Any]:
    import fastjsonschema

    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    compiled: Callable[[Any], Any] = fastjsonschema.compile(_inlined(schema, schema["$defs"]))
    return compiled


def _inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """Return the schema with each reference replaced by its definition, none of which refers to itself.

    The compiled schema formats the path of a value for each reference. That took more than half of the time of a
    validation.
    """
    if isinstance(schema, list):
        return [_inlined(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].removeprefix("#/$defs/")], definitions)
    return {key: _inlined(each, definitions) for key, each in schema.items() if key != "$defs"}


def _cell_fault(data: Mapping[str, Any]) -> str | None:
    """Return what is wrong with valid data in a way that the schema cannot express; None if nothing is."""
    for run in _runs(data):
        seen = set()
        for cell in run["cells"]:
            key = (cell["claim"], cell["start_method"])
            if key in seen:
                return f"two cells for {key[0]}" + (f" under {key[1]}" if key[1] else "")
            seen.add(key)
        for name, fact in _facts(run):
            if isinstance(fact, dict | list) and _is_deeper(fact, _DEEPEST_FACT):
                return f"the fact {name} has more than {_DEEPEST_FACT} levels of lists and objects"
    return None


def _parse(text: str) -> Any:
    """Parse JSON, without what Python's parser accepts beyond it: NaN, numbers that overflow, a key given twice."""

    def refuse(name: str) -> NoReturn:
        raise ValueError(f"{name} is not a JSON number")

    def finite(digits: str) -> float:
        number = float(digits)
        return number if math.isfinite(number) else refuse(digits[:20])

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        data = dict(pairs)
        if len(data) != len(pairs):
            keys = [key for key, _ in pairs]
            raise ValueError(f"an object has the key {next(key for key in keys if keys.count(key) > 1)!r} twice")
        return data

    return json.loads(text, parse_constant=refuse, parse_float=finite, object_pairs_hook=unique)


def _facts(run: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from run["environment"].items()
    for cell in run["cells"]:
        for arm in cell["arms"].values():
            yield from arm["facts"].items()


def _is_deeper(value: Any, levels: int) -> bool:
    """Return whether lists and objects are nested more deeply than this. Needs no recursion."""
    layer = [value]
    while layer and levels >= 0:
        levels -= 1
        layer = [
            inner
            for each in layer
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
    return bool(layer)


def _one_line(text: str) -> str:
    """Return the text on one line of limited length, without control characters."""
    line = "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)
    return line if len(line) <= _LONGEST_FAULT else line[:_LONGEST_FAULT] + "..."


def _io_fault(action: str, path: Path, error: OSError) -> str:
    remedy = {errno.ENOENT: "create the folder or "}.get(error.errno or 0, "")
    remedy = "free some space or " if error.errno in NO_SPACE else remedy
    return f"{path}: cannot {action}: {error.strerror or error}; {remedy}choose another place"
