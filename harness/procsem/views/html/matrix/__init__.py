"""The matrix as one HTML file that needs no network, with a summary and a page for each claim.

Without JavaScript the matrix, the summary and the catalogue's part of each claim can still be read. The script adds the
search, the filters and, for a selected cell, the facts and the timelines. Text from a probe is inserted as text, by
Jinja's escaping or by ``textContent``, and a policy in the head of the page allows no script but the page's own.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment
from markupsafe import Markup

from procsem.explain import index
from procsem.model import DECIDERS, Claim, Document, Effect, Matrix, Verdict
from procsem.search import data
from procsem.views import html
from procsem.views.conclusion import Meaning, places, truth
from procsem.views.formatting import count, measured, where
from procsem.views.html.matrix.comparisons import comparisons
from procsem.views.html.matrix.details import pack
from procsem.views.html.matrix.grid import GridRow, lay_out
from procsem.views.html.matrix.summary import Holds, holds, sum_up

_SCRIPTS = ("search.js", "view.js", "picture.js", "claim.js")


def render(
    matrix: Matrix,
    claims: Sequence[Claim],
    document: Document,
    sources: Mapping[str, str],
    *,
    faults: Sequence[str] = (),
    notes: Sequence[str] = (),
    made: str = "",
    probes: Path | None = None,
    causes: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return the page. Equal input gives equal text.

    ``probes`` is the folder of the claims, for the commands that run a cell again, or None for the built-in ones.

    ``claims`` are those of the catalogue in its order, measured or not. ``sources`` has the text of each claim's probe
    by the id of the claim. ``faults`` are the files that could not be read, one line each; ``notes`` say how files were
    merged; ``made`` is the time at which the page was made, in any words. ``causes`` are names under which claims are
    reported to users, by the id of the claim, for the search.
    """
    grid = lay_out(matrix, claims)
    script = "\n".join(html.read(__name__, name) for name in _SCRIPTS)
    known = {claim.id for claim in claims}
    measured_ids = {row.id for row in grid.rows}
    return (
        _templates(known)
        .get_template("page.html")
        .render(
            document=document,
            grid=grid,
            summary=sum_up(grid),
            comparisons=comparisons(grid),
            unmeasured=[claim for claim in claims if claim.id not in measured_ids],
            incomplete=[group for group in grid.groups if not group.column.run.complete],
            sources=sources,
            faults=faults,
            notes=notes,
            made=made,
            style=html.style(__name__, "page.css", "picture.css"),
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            verdicts=list(Verdict),
            deciders=DECIDERS,
            kinds=list(Holds),
            holds=holds,
            count=count,
            in_words=where,
            measured=lambda claim: [
                measured(rule, columns)
                for rule, columns in zip(claim.expectations, matrix.columns_by_rule(claim), strict=True)
            ],
            pack=lambda row: pack(row, probes),
            means=_means,
            searched=data(
                [claim for claim in claims if claim.id in measured_ids],
                index.texts(index.load()),
                causes,
            ),
        )
    )


def _means(row: GridRow) -> tuple[str, list[tuple[Meaning, str]]]:
    """Return where the claim is true, and what it means for a user's program in the cells that were judged."""
    if row.claim is None:
        return "", []
    cells = [
        (group.column.run.environment, cell.result)
        for group, cells in row.groups
        for cell in cells
        if cell.result is not None and cell.result.verdict in (Verdict.UPHELD, Verdict.REFUTED)
    ]
    return truth(cells), [
        (meaning, where) for meaning, where in places(row.claim, cells) if isinstance(meaning, Effect)
    ]


def _templates(known: set[str]) -> Environment:
    templates = html.templates(__name__)
    templates.filters["coded"] = lambda text: Markup("").join(_linked(str(text), set()))
    templates.filters["linked"] = lambda text: Markup("").join(_linked(str(text), known))
    return templates


def _linked(text: str, known: set[str]) -> Iterator[Markup]:
    """Yield the parts of a text: ids of claims as links, text between backquotes as code, the rest escaped."""
    for part in re.split(r"(`[^`\n]+`|\b[a-z0-9-]+/[a-z0-9-]+\b)", text):
        if part in known:
            yield Markup('<a href="#/{0}">{0}</a>').format(part)
        elif part.startswith("`") and part.endswith("`") and len(part) > 2:
            yield Markup("<code>{}</code>").format(part[1:-1])
        else:
            yield Markup.escape(part)
