"""The matrix as JUnit XML: one suite per environment, one test case per cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from procsem.model import CellResult, Claim, Column, Matrix, Verdict
from procsem.views.explain import contradiction, explain, rerun_of_file
from procsem.views.formatting import printable

# Characters that XML 1.0 cannot represent: https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(matrix: Matrix, claims: Sequence[Claim], probes: Path | None = None) -> str:
    """Return the XML. An unexpected cell is a failure, a broken one an error, and an unsupported one is skipped.

    ``probes`` is the folder of the claims, or None for the built-in ones.
    """
    known = {claim.id: claim for claim in claims}
    root = ElementTree.Element("testsuites", name="procsem")
    for column in matrix.columns:
        cells = column.run.cells
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=_text(column.label),
            tests=str(len(cells)),
            failures=str(sum(_is_failure(cell) for cell in cells)),
            errors=str(sum(cell.verdict is Verdict.BROKEN for cell in cells)),
            skipped=str(sum(cell.verdict is Verdict.UNSUPPORTED for cell in cells)),
            time=f"{sum(cell.seconds for cell in cells):.3f}",
            timestamp=column.run.started.partition("+")[0],
        )
        for cell in cells:
            suite.append(_case(column, cell, known.get(cell.claim), probes))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _is_failure(cell: CellResult) -> bool:
    return not cell.as_expected and cell.verdict is not Verdict.BROKEN


def _case(column: Column, cell: CellResult, claim: Claim | None, probes: Path | None) -> ElementTree.Element:
    method = f"[{cell.start_method}]" if cell.start_method else ""
    case = ElementTree.Element(
        "testcase",
        # Viewers split a class name at its dots, so the version has none.
        classname=_text(f"{cell.topic}.{column.label.replace('.', '_')}"),
        name=f"{cell.name}{method}",
        time=f"{cell.seconds:.3f}",
    )
    if cell.verdict is Verdict.UNSUPPORTED:
        ElementTree.SubElement(case, "skipped", message=_text(cell.because))
    elif not cell.as_expected:
        kind = "failure" if _is_failure(cell) else "error"
        message = f"{cell.verdict}, {contradiction(cell)}" + (f": {cell.problem}" if cell.problem else "")
        details = ElementTree.SubElement(case, kind, message=_text(message), type=str(cell.verdict))
        if claim is not None:
            environment = column.run.environment
            rerun = rerun_of_file(cell, environment, probes)
            details.text = _text("\n".join(explain(claim, cell, environment, rerun)))
    return case


def _text(text: str) -> str:
    return _NOT_XML.sub("?", printable(text))
