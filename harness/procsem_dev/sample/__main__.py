"""Makes the sample of a merged matrix, and the README's pictures.

    python -m procsem_dev.sample PYTHON... [-- OPTION-OR-PATTERN-OF-RUN...]

measures under every interpreter given, under the first of them without assertions too (-O), and writes `matrix.json`
beside this file and the pictures into `docs/pictures`. Without a PYTHON nothing is measured: the pictures are made
anew of the matrix that is there. The page itself is made of the matrix when the documentation is built. What follows
`--` goes to `procsem run`: `-- daemon --jobs 2`.
"""

import argparse
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI

from procsem import results as store
from procsem.catalogue import BUILT_IN, load
from procsem.environment import CONDITIONS
from procsem.model import Matrix
from procsem.views import terminal
from procsem.views.formatting import outcome

HERE = Path(__file__).resolve().parent
MATRIX = HERE / "matrix.json"
PICTURES = HERE.parent / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_HOMES = "|".join(re.escape(path.relative_to(path.anchor).parts[0]) for path in (HERE, Path.home()))
OURS = re.compile(rf"(?<![\w/\\])(?:[A-Z]:)?[/\\]+(?:{_HOMES})(?:[/\\]+[\w.-]+)*[/\\]+([\w.-]+)")
"""A path below where the project or its user is at home; its last part is what it is good for."""
SHOWN = 14
"""The terminal's picture shows so many claims at most."""
TOLD = ("process-class/terminate-makes-zombie-grandchildren", "join/unjoined-is-zombie")
"""The first of these that was measured is the one whose process tree is shown."""


def main():
    words = sys.argv[1:]
    more = words[words.index("--") + 1 :] if "--" in words else []
    parser = argparse.ArgumentParser(prog="python -m procsem_dev.sample", description=__doc__.splitlines()[0])
    parser.add_argument("pythons", nargs="*", metavar="PYTHON", help="an interpreter to measure under")
    pythons = parser.parse_args(words[: words.index("--")] if "--" in words else words).pythons
    code = measure(pythons, more) if pythons else 0
    PICTURES.mkdir(exist_ok=True)
    matrix, claims = store.merge([MATRIX]).matrix, load(BUILT_IN, CONDITIONS).claims
    picture_of_terminal(matrix, claims)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "matrix.html"
        procsem("report", MATRIX, "--html", page)
        pictures_of_page(matrix, page)
    for file in (MATRIX, *sorted(PICTURES.iterdir())):
        print(f"{file.stat().st_size / 1000:8.0f} kB  {file.relative_to(HERE.parents[1])}")
    return code


def measure(pythons, more):
    """Measure, and put the runs together; the exit code of the runs."""
    with tempfile.TemporaryDirectory() as runs:
        chosen = [word for python in pythons for word in ("--python", python)]
        code = procsem("run", *chosen, "--out", runs, *more, known=(0, 1))
        code |= procsem("run", "-O", "--python", pythons[0], "--out", runs, *more, known=(0, 1))
        procsem("report", runs, "--json", MATRIX)
    MATRIX.write_text(tidy(json.loads(MATRIX.read_text(encoding="utf-8"))), encoding="utf-8", newline="\n")
    return code


def tidy(matrix):
    """The matrix as text, a line a cell, without the paths of the machine on which it was made.

    Of what the containment's watcher saw only the adoptions stay, which the page's pictures show: the rest would be two
    fifths of the file.
    """
    for column in matrix["columns"]:
        facts = column["environment"]
        facts["executable"] = re.split(r"[/\\]", facts["executable"])[-1]
        facts["prefix"] = None
        column["files"] = [Path(file).name for file in column["files"]]
        for cell in column["cells"]:
            cell["watcher"] = [event for event in cell["watcher"] if event["event"] == "adopted"]
    text = json.dumps(matrix, ensure_ascii=False, separators=(",", ":"))
    text = OURS.sub(lambda found: found[1], text)
    return re.sub(r'(?<=[\[,])\{"(?=claim"|label")', '\n{"', text) + "\n"


def procsem(*words, known=(0,)):
    """Run one of procsem's commands; what else it exits with than is known ends this program."""
    code = subprocess.run([sys.executable, "-m", "procsem", *map(str, words)]).returncode
    if code not in known:
        sys.exit(code)
    return code


def picture_of_terminal(matrix, claims):
    """What `run` ends with in the first environment that has several start methods, shortened."""
    column = max(matrix.columns, key=lambda column: len(column.start_methods))
    of = [claim for claim in claims if claim.id in {cell.claim for cell in column.run.cells}]
    screen = Console(record=True, width=100, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for part in terminal.show(Matrix((column,)), _some(of, column), screen):
        screen.print(part)
    screen.print(outcome(column.run), style="bold", highlight=False, markup=False, soft_wrap=True)
    plain = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)  # no font from the network
    svg = screen.export_svg(title="procsem run", theme=MONOKAI, code_format=plain, unique_id="terminal")
    (PICTURES / "terminal.svg").write_text(svg, encoding="utf-8", newline="\n")


def _some(claims, column):
    """A few claims of many topics, first those that do not come out the same under each start method."""
    differs = {c.id for c in claims if len({r.verdict for r in column.row(c.id) if r}) > 1}
    by_topic = {}
    for claim in sorted(claims, key=lambda claim: claim.id not in differs):
        by_topic.setdefault(claim.topic, []).append(claim)
    turns = [claim for rank in range(2) for own in by_topic.values() for claim in own[rank : rank + 1]]
    chosen = {claim.id for claim in turns[:SHOWN]}
    return [claim for claim in claims if claim.id in chosen]


def pictures_of_page(matrix, file):
    """The page as a browser shows it: the matrix, and the process tree of one claim."""
    from playwright.sync_api import sync_playwright

    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        sys.exit("no Chromium or Chrome on the PATH: the pictures of the page are as they were")
    sandbox = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--disable-gpu", *sandbox])
        page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="light")
        page.goto(f"{file.as_uri()}#/?differs=1&signs=1")
        page.locator("#grid").wait_for()
        page.locator("#matrix").evaluate("head => head.scrollIntoView()")
        page.screenshot(path=PICTURES / "page.png")
        measured = matrix.claims()
        told = next((claim for claim in TOLD if claim in measured), measured[0])
        page.goto(f"{file.as_uri()}#/{told}")
        arm = page.locator(".claim.open .picture").first
        arm.wait_for()
        arm.screenshot(path=PICTURES / "timeline.png")
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
