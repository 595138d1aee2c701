"""``python -m procsem_dev.symptoms RUN...``: build the index of symptoms from result files.

The index in the package is replaced; with ``--add``, only the symptoms of the claims in the runs are. Pass the runs of
all Pythons and systems at hand: a message that none of the runs shows is not in the index.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from procsem import results
from procsem.explain.index import FILE, build, dumps, load


def main() -> None:
    """Read the runs that the command line names, and write the index."""
    parser = argparse.ArgumentParser(
        prog="python -m procsem_dev.symptoms", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="a result file, or a folder of result files")
    parser.add_argument("--out", type=Path, default=FILE, help="the index file (default: the one in the package)")
    parser.add_argument("--add", action="store_true", help="keep the symptoms of the claims that the runs do not have")
    options = parser.parse_args()
    runs, faults = results.read_runs(options.runs)
    for fault in faults:
        parser.error(fault)
    entries = list(build(run for run, _ in runs))
    if options.add:
        measured = {cell.claim for run, _ in runs for cell in run.cells}
        entries += [entry for entry in load(options.out) if entry.claim not in measured]
        entries.sort(key=lambda entry: (entry.claim, entry.kind, entry.where, entry.type, entry.template, entry.frames))
    results.write_text(options.out, dumps(entries))
    claims = len({entry.claim for entry in entries})
    print(f"{options.out}: {len(entries)} symptoms of {claims} claims, from {len(runs)} runs")


if __name__ == "__main__":
    main()
