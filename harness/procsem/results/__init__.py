"""Runs as files: one versioned JSON file a run, replaced as a whole or not at all; many of them as one matrix.

``run.schema.json`` beside this module documents the format; :data:`SCHEMA` is its version. A reader
takes that version and older ones, and refuses a newer one instead of misreading it.
"""

from procsem.results.compare import Change, Comparison, compare
from procsem.results.files import (
    SCHEMA,
    SCHEMA_FILE,
    ResultFileError,
    dumps,
    dumps_matrix,
    file_name,
    prepare,
    read,
    write,
    write_text,
)
from procsem.results.history import History, Point, Step, history
from procsem.results.merge import Merged, merge, read_runs

__all__ = [
    "SCHEMA",
    "SCHEMA_FILE",
    "Change",
    "Comparison",
    "History",
    "Merged",
    "Point",
    "ResultFileError",
    "Step",
    "compare",
    "dumps",
    "dumps_matrix",
    "file_name",
    "history",
    "merge",
    "prepare",
    "read",
    "read_runs",
    "write",
    "write_text",
]
