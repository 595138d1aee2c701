"""One run, one file: written whole or not at all, read strictly."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

from cattrs import Converter, transform_error
from cattrs.errors import BaseValidationError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from procsem.errors import ProcsemError
from procsem.model import Environment, Matrix, Run

SCHEMA = 1
SCHEMA_FILE = Path(__file__).with_name("run.schema.json")


class ResultFileError(ProcsemError):
    """A run could not be written or read; the message is one line: what, where, and what to do."""


_converter = Converter()
_converter.register_unstructure_hook(Environment, lambda environment: dict(environment.facts))
_converter.register_structure_hook(Environment, lambda facts, _: Environment(dict(facts)))
_converter.register_unstructure_hook(Run, make_dict_unstructure_fn(Run, _converter, _cattrs_omit_if_default=False))
_converter.register_structure_hook(Run, make_dict_structure_fn(Run, _converter, complete=override(omit=False)))


def dumps(run: Run) -> str:
    """The run as the text of its file."""
    return json.dumps({"schema": SCHEMA, **_converter.unstructure(run)}, ensure_ascii=False, indent=1) + "\n"


def dumps_matrix(matrix: Matrix) -> str:
    """The matrix as the text of one file: each column is a run with its label, and the files that it came from."""
    columns = [
        {"label": column.label, "files": list(column.files), **_converter.unstructure(column.run)}
        for column in matrix.columns
    ]
    return json.dumps({"schema": SCHEMA, "columns": columns}, ensure_ascii=False, indent=1) + "\n"


def file_name(run: Run) -> str:
    """The name of the run's file: its environment, and when it began."""
    began = re.sub(r"[-:]", "", run.started.partition(".")[0].partition("+")[0]) + "Z"
    return re.sub(r"[^A-Za-z0-9._]+", "-", f"{run.environment.label}-{began}").strip("-").lower() + ".json"


def prepare(folder: Path) -> None:
    """Create the folder and check that it is writable. Raises :class:`ResultFileError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"procsem")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ResultFileError(_cannot("write to the folder of runs", folder, error)) from error


def write(run: Run, folder: Path) -> Path:
    """Write the run into the folder, whole or not at all; returns its file. Raises :class:`ResultFileError`."""
    text = dumps(run)
    name = file_name(run)
    path = folder / name
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{name.removesuffix('.json')}-{number}.json"
    write_text(path, text)
    return path


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all. Raises :class:`ResultFileError`."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise ResultFileError(_cannot("write", path, error)) from error


def read(path: Path) -> Run:
    """Read a run's file. Raises :class:`ResultFileError` for one that is damaged or of a newer schema."""
    runs = read_all(path)
    if len(runs) != 1:
        raise ResultFileError(f"{path}: is a matrix of {len(runs)} runs, and one run is wanted here")
    return runs[0]


def read_all(path: Path) -> list[Run]:
    """Read the runs in a result file or in a matrix file. Raises :class:`ResultFileError`."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ResultFileError(_cannot("read the run's file", path, error)) from error
    except ValueError as error:
        raise ResultFileError(
            f"{path}: is no run's file: it is not valid JSON ({error}); run it again, or leave it out"
        ) from error
    schema = data.pop("schema", None) if isinstance(data, dict) else None
    if isinstance(schema, bool) or not isinstance(schema, int):
        raise ResultFileError(f"{path}: is no run's file: it has no schema number; give files that `procsem run` wrote")
    if schema > SCHEMA:
        raise ResultFileError(
            f"{path}: has schema {schema}, and this procsem reads up to {SCHEMA}; read it with a newer procsem"
        )
    try:
        return (
            _converter.structure(data["columns"], list[Run]) if "columns" in data else [_converter.structure(data, Run)]
        )
    except BaseValidationError as error:
        raise ResultFileError(f"{path}: is a damaged run's file: {transform_error(error)[0]}; leave it out") from error


def _cannot(what: str, path: Path, error: OSError) -> str:
    return f"{path}: cannot {what}: {error.strerror or error}; free some space or choose another place"
