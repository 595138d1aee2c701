"""Result files: reading, writing, merging into a matrix, comparing two matrices, the history of a claim.

``run.schema.json`` next to this module documents the format, and every file that is read is validated by it.
"""

from procsem.results.compare import Change, ChangeKind, Difference, MatrixComparison, compare
from procsem.results.files import (
    SCHEMA,
    SCHEMA_FILE,
    ResultFileError,
    dumps_matrix,
    prepare,
    read_all,
    write,
    write_text,
)
from procsem.results.history import History, Point, Step, history
from procsem.results.merge import Merged, merge, read_runs

__all__ = [
    "SCHEMA",
    "SCHEMA_FILE",
    "Change",
    "ChangeKind",
    "Difference",
    "History",
    "MatrixComparison",
    "Merged",
    "Point",
    "ResultFileError",
    "Step",
    "compare",
    "dumps_matrix",
    "history",
    "merge",
    "prepare",
    "read_all",
    "read_runs",
    "write",
    "write_text",
]
