"""The pictures of the README, drawn from the sample: the terminal's output, and two parts of the page."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI

from procsem.model import Claim, Column, Matrix
from procsem.views import terminal
from procsem.views.formatting import outcome
from procsem_dev.browser import open_browser

CLAIMS_SHOWN = 14
"""Maximum number of claims in the picture of the terminal."""
TIMELINES = ("process-class/terminate-makes-zombie-grandchildren", "join/unjoined-is-zombie")
"""Claims whose timeline makes a good picture; the first one that was measured is drawn."""


def draw_terminal(matrix: Matrix, claims: Sequence[Claim], file: Path) -> None:
    """Draw the end of ``procsem run`` in the environment with the most start methods, with a few claims."""
    column = max(matrix.columns, key=lambda column: len(column.start_methods))
    measured = {cell.claim for cell in column.run.cells}
    chosen = choose([claim for claim in claims if claim.id in measured], column)
    screen = Console(record=True, width=100, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for part in terminal.show(Matrix((column,)), chosen, screen):
        screen.print(part)
    screen.print(outcome(column.run), style="bold", highlight=False, markup=False, soft_wrap=True)
    local_fonts = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)  # none from a network
    svg = screen.export_svg(title="procsem run", theme=MONOKAI, code_format=local_fonts, unique_id="terminal")
    file.write_text(svg, encoding="utf-8", newline="\n")


def choose(claims: Sequence[Claim], column: Column) -> list[Claim]:
    """Choose at most :data:`CLAIMS_SHOWN` claims of many topics, first those that differ between start methods."""
    differs = {claim.id for claim in claims if len({cell.verdict for cell in column.row(claim.id) if cell}) > 1}
    by_topic: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda claim: claim.id not in differs):
        by_topic.setdefault(claim.topic, []).append(claim)
    in_turn = [claim for rank in range(2) for own in by_topic.values() for claim in own[rank : rank + 1]]
    chosen = {claim.id for claim in in_turn[:CLAIMS_SHOWN]}
    return [claim for claim in claims if claim.id in chosen]


def draw_page(matrix: Matrix, page_file: Path, folder: Path) -> None:
    """Draw the matrix and the timeline of one claim as a browser shows them. Raises BrowserUnavailableError."""
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme="light")
        page.goto(f"{page_file.as_uri()}#/?differs=1&signs=1")
        page.locator("#grid").wait_for()
        page.locator("#matrix").evaluate("head => head.scrollIntoView()")
        page.screenshot(path=folder / "page.png")
        measured = matrix.claims()
        claim = next((claim for claim in TIMELINES if claim in measured), measured[0])
        page.goto(f"{page_file.as_uri()}#/{claim}")
        arm = page.locator(".claim.open .picture").first
        arm.wait_for()
        arm.screenshot(path=folder / "timeline.png")
