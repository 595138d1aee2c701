"""Measure the sample of a merged matrix, and draw the pictures of the README.

    python -m procsem_dev.sample PYTHON... [-- OPTION-OR-PATTERN...]

Measures every interpreter, the first one also without assertions (-O), and writes `docs/sample/matrix.json` and
the pictures in `docs/pictures`. Without a PYTHON nothing is measured, and the pictures are drawn from the
existing matrix. The page itself is made from the matrix when the documentation is built. What follows `--` is
passed on to `procsem run`: `-- daemon --jobs 2`.
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
from procsem_dev.browser import BrowserUnavailableError
from procsem_dev.sample.matrix import measure, procsem
from procsem_dev.sample.pictures import draw_page, draw_terminal

DOCS = Path(__file__).resolve().parents[3] / "docs"


def main(words: Sequence[str]) -> int:
    """Return the exit code of the measurement, or 2 if the pictures of the page could not be drawn."""
    own, options = list(words), []
    if "--" in own:
        at = own.index("--")
        own, options = own[:at], own[at + 1 :]
    parser = argparse.ArgumentParser(prog="python -m procsem_dev.sample", description=__doc__.splitlines()[0])
    parser.add_argument("pythons", nargs="*", metavar="PYTHON", help="an interpreter to measure")
    parser.add_argument("--docs", type=Path, default=DOCS, metavar="DIR", help="where to write (default: docs)")
    given = parser.parse_args(own)
    file, pictures = given.docs / "sample" / "matrix.json", given.docs / "pictures"
    for folder in (file.parent, pictures):
        folder.mkdir(parents=True, exist_ok=True)
    code = measure(given.pythons, options, file) if given.pythons else 0
    matrix = results.merge([file]).matrix
    draw_terminal(matrix, load(BUILT_IN, CONDITIONS).claims, pictures / "terminal.svg")
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
