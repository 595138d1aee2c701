"""Measure the sample of a merged matrix, and draw the pictures of the README.

    python -m procsem_dev.sample PYTHON... [-- OPTION-OR-PATTERN...]
    python -m procsem_dev.sample [--add RUNS]

The first form measures every interpreter, the first one also without assertions (-O), and writes
`docs/sample/matrix.json` and the pictures in `docs/pictures`. What follows `--` is passed on to `procsem run`:
`-- daemon --jobs 2`. The second form adds the cells of a folder of runs to the existing matrix, for example those
of a new claim, judges every cell of it again by the present catalogue, and draws the pictures. The page itself is
made from the matrix when the documentation is built.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from procsem import results
from procsem.catalogue import BUILT_IN, load
from procsem.environment import CONDITIONS
from procsem.errors import ProcsemError
from procsem.model import Matrix
from procsem_dev.browser import BrowserUnavailableError
from procsem_dev.sample.matrix import measure, procsem, write
from procsem_dev.sample.pictures import draw_page, draw_terminal
from procsem_dev.sample.update import update

DOCS = Path(__file__).resolve().parents[3] / "docs"


def main(words: Sequence[str]) -> int:
    """Return the exit code of the measurement, or 2 if the pictures of the page could not be drawn."""
    own, options = list(words), []
    if "--" in own:
        at = own.index("--")
        own, options = own[:at], own[at + 1 :]
    parser = argparse.ArgumentParser(prog="python -m procsem_dev.sample", description=__doc__.splitlines()[0])
    parser.add_argument("pythons", nargs="*", metavar="PYTHON", help="an interpreter to measure")
    parser.add_argument("--add", type=Path, metavar="RUNS", help="a folder of runs whose cells are added")
    parser.add_argument("--docs", type=Path, default=DOCS, metavar="DIR", help="where to write (default: docs)")
    given = parser.parse_args(own)
    file, pictures = given.docs / "sample" / "matrix.json", given.docs / "pictures"
    for folder in (file.parent, pictures):
        folder.mkdir(parents=True, exist_ok=True)
    if given.add and given.pythons:
        parser.error("--add takes the cells of runs that have been measured, and PYTHON measures all: give one of them")
    claims = load(BUILT_IN, CONDITIONS).claims
    code = 0
    try:
        if given.pythons:
            code = measure(given.pythons, options, file)
        elif file.is_file():
            new = results.merge([given.add]).matrix if given.add else Matrix(())
            write(update(results.merge([file]).matrix, new, claims), file)
    except ProcsemError as error:
        parser.error(str(error))
    matrix = results.merge([file]).matrix
    draw_terminal(matrix, claims, pictures / "terminal.svg")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "matrix.html"
        procsem("report", str(file), "--html", str(page))
        try:
            draw_page(matrix, page, pictures)
        except BrowserUnavailableError as error:
            print(f"procsem: {error}: the pictures of the page were not drawn", file=sys.stderr)
            code = 2
    for written in (file, *sorted(pictures.iterdir())):
        print(f"{written.stat().st_size / 1000:8.0f} kB  {written.relative_to(given.docs)}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
