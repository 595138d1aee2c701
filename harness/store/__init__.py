"""Runs as files: one versioned JSON file a run, replaced as a whole or not at all; many of them as one matrix.

``run.schema.json`` beside this module documents the format; :data:`SCHEMA` is its version. A reader
takes that version and older ones, and refuses a newer one instead of misreading it.
"""

from harness.store.compare import Change, Comparison, compare
from harness.store.gather import Gathered, gather, read_runs
from harness.store.history import History, Point, Step, history
from harness.store.runs import (
    SCHEMA,
    SCHEMA_FILE,
    StoreError,
    dumps,
    dumps_matrix,
    file_name,
    prepare,
    read,
    write,
    write_text,
)

__all__ = [
    "SCHEMA",
    "SCHEMA_FILE",
    "Change",
    "Comparison",
    "Gathered",
    "History",
    "Point",
    "Step",
    "StoreError",
    "compare",
    "dumps",
    "dumps_matrix",
    "file_name",
    "gather",
    "history",
    "prepare",
    "read",
    "read_runs",
    "write",
    "write_text",
]
