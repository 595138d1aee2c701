"""A diagnosis as one HTML file that needs no network.

Everything can be read without JavaScript; the script draws the timelines. Text of the program is inserted as text, by
Jinja's escaping or by ``textContent``, and a policy in the head of the page allows no script but the page's own.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from attrs import frozen
from markupsafe import Markup

from procsem.check.case import ending
from procsem.check.diagnose import Diagnosis, Finding, label
from procsem.check.evidence import Run
from procsem.check.schema import children
from procsem.check.suite import BAD
from procsem.check.views import wording
from procsem.check.views.timeline import timeline_of
from procsem.views import html
from procsem.views.formatting import command_line, count
from procsem.views.html import matrix
from procsem.views.html.matrix.timeline import Timeline, pack_timeline

_AROUND = 3
"""Lines of the source that are shown before and after the line of a finding."""


@frozen
class SourceLine:
    """A line of the program's source."""

    number: int
    text: str
    is_marked: bool


def render(diagnosis: Diagnosis, root: Path) -> str:
    """Return the page. Paths below ``root`` are relative to it."""
    script = html.read(matrix.__name__, "picture.js") + html.read(__name__, "check.js")
    runs = list(enumerate(diagnosis.case.runs))
    page = (
        html.templates(__name__)
        .get_template("page.html")
        .render(
            diagnosis=diagnosis,
            runs=[(number, run, timeline_of(run)) for number, run in runs],
            program=command_line(runs[0][1].program) if runs else "",
            style=html.style(__name__, "check.css") + Markup(html.read(matrix.__name__, "picture.css")),
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            place=lambda finding: f"{_relative(finding.file, root)}:{finding.line}",
            source=lambda finding: _source(diagnosis.case.runs[finding.runs[0]], finding),
            causes=lambda number: [f.cause.name for f in diagnosis.findings if number in f.runs],
            unexplained={each.run for each in diagnosis.unexplained},
            evidence=lambda finding: json.dumps(dict(finding.evidence), indent=2, ensure_ascii=False, default=str),
            pack=_pack,
            letter=_letter,
            label=label,
            ending=ending,
            children=children,
            wording=wording,
            count=count,
        )
    )
    return page.encode("utf-8", "backslashreplace").decode("utf-8")  # a program's output may contain lone surrogates


def _pack(timeline: Timeline) -> Markup:
    """Return a timeline as JSON that cannot end the script element in which it is."""
    text = json.dumps(pack_timeline(timeline), ensure_ascii=True, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _letter(outcomes: str) -> str:
    """Return the class of a test's outcome, which gives it a shape and a colour."""
    each = set(outcomes.split("/"))
    if each & BAD:
        return "b"
    return "u" if each <= {"passed"} else ("i" if "passed" in each else "n")


def _relative(file: str, root: Path) -> str:
    path = Path(file)
    return path.relative_to(root).as_posix() if path.is_absolute() and path.is_relative_to(root) else path.as_posix()


def _source(run: Run, finding: Finding) -> list[SourceLine]:
    marked = {finding.line, *finding.also}
    text = run.source(finding.file).splitlines()
    first, last = max(1, finding.line - _AROUND), min(len(text), finding.line + _AROUND)
    return [SourceLine(number, text[number - 1], number in marked) for number in range(first, last + 1)]
