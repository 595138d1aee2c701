"""Explanations of an error text as labelled entries, and as JSON data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from procsem.explain.exception_lines import HEADER
from procsem.explain.explanation import Explanation
from procsem.explain.found import POSSIBLE
from procsem.explain.parsed import ExceptionText, ParsedText, Warned
from procsem.model import Verdict
from procsem.views import remedies
from procsem.views.entries import Entry
from procsem.views.formatting import count

_LONGEST = 160
_CHECK = "procsem check SCRIPT runs it under each start method and finds causes that no message shows"

_ELSE = f"If the program prints no error (it hangs, or its result is wrong): {_CHECK}"


def title(explanation: Explanation) -> str:
    """Return one line that says which part of the text is explained, and where it is in the user's code."""
    found = explanation.matches[0].found
    if isinstance(found, ExceptionText):
        what = ": ".join(filter(None, (found.type, found.message)))
    elif isinstance(found, Warned):
        what = f"{found.category}: {found.message}"
    else:
        what = "a thread that waits"
    line = " ".join(what.split())
    line = line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."
    frame = explanation.frame
    return f"{frame.file}:{frame.line}  {line}" if frame else line


def entries(explanation: Explanation) -> Iterator[Entry]:
    """Yield the cause, where it occurs, the fixes and the proof."""
    sure = "" if explanation.score > POSSIBLE else " (possible; the text does not prove it)"
    if explanation.cause:
        yield Entry("cause", f"{explanation.cause}{sure}")
        yield Entry("", explanation.explanation)
    else:
        yield Entry("cause", f"{_said(explanation)}{sure}")
        yield Entry("", explanation.rule.because)
    methods = f"under {_listed(explanation.start_methods)}" if explanation.start_methods else "under any start method"
    where = f", with {_pythons(explanation.pythons)}, on {_listed(explanation.systems)}" if explanation.pythons else ""
    yield Entry("seen", f"{methods}{where}")
    if explanation.rivals:
        yield Entry("or", f"the same message is explained by {_listed(explanation.rivals)}")
    if explanation.look_for:
        yield Entry("look for", explanation.look_for)
    said = {remedy.says for claim in explanation.claims for remedy in claim.remedies}
    if explanation.cause and explanation.fix and explanation.fix not in said:
        yield Entry("fix", explanation.fix)
    for claim in explanation.claims:
        yield from remedies.entries(claim)
    for number, claim in enumerate(explanation.claims):
        yield Entry("proof" if not number else "", f"procsem show {claim.id}", verbatim=True)


def unknown(parsed: ParsedText) -> str:
    """Return what to say of a text that shows no known symptom."""
    if not (parsed.exceptions or parsed.warnings or parsed.stacks):
        if any(HEADER in line for line in parsed.lines):
            return (
                f"a traceback without its last line, which has the error; paste the whole output, to its end. {_ELSE}"
            )
        return f"no traceback, warning or stack in this text; paste the whole output, from its first line on. {_ELSE}"
    parts = [
        count(len(things), word)
        for things, word in ((parsed.exceptions, "exception"), (parsed.warnings, "warning"), (parsed.stacks, "stack"))
        if things
    ]
    last = f" (the last one: {parsed.exceptions[-1].type})" if parsed.exceptions else ""
    return (
        f"not known: {', '.join(parts)}{last}, and nothing that the catalogue has seen processes do. "
        f"If it fails only under some start method: {_CHECK}"
    )


def data(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as JSON data: one item of ``matches``."""
    frame = explanation.frame
    return {
        "cause": explanation.cause,
        "claims": [claim.id for claim in explanation.claims],
        "explanation": _said(explanation),
        "fix": explanation.fix,
        "look_for": explanation.look_for,
        "or": list(explanation.rivals),
        "remedies": [
            {"claim": claim.id, "name": remedy.name, "says": remedy.says, "code": remedy.code}
            for claim, remedy in explanation.remedies
        ],
        "file": frame.file if frame else None,
        "line": frame.line if frame else None,
        "shown": title(explanation),
        "start_methods": list(explanation.start_methods),
        "pythons": list(explanation.pythons),
        "systems": list(explanation.systems),
        "score": round(explanation.score, 3),
    }


def _said(explanation: Explanation) -> str:
    """Return what explains the error. The statement of a claim may be what does not hold where the error is seen."""
    is_true = explanation.cause is not None or explanation.rule.verdict is Verdict.UPHELD
    return explanation.explanation if is_true else f"Not true here: {explanation.explanation}"


def _pythons(pythons: tuple[str, ...]) -> str:
    """Return ``CPython 3.9, 3.11 and PyPy 3.11`` for the names that the index uses."""
    names = {"cpython": "CPython", "pypy": "PyPy"}
    words, last = [], ""
    for python in pythons:
        implementation, _, version = python.partition(" ")
        name = names.get(implementation, implementation)
        words.append(version if name == last else f"{name} {version}")
        last = name
    return _listed(tuple(words))


def _listed(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
