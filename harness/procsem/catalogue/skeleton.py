"""The first text of a new claim, its probe and its row: an example that holds, to be replaced part by part."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from attrs import frozen

from procsem.catalogue.errors import text_of
from procsem.catalogue.loader import BUILT_IN, FILE
from procsem.errors import ProcsemError

_NAME = r"[a-z0-9]+(?:-[a-z0-9]+)*"

CLAIM = """\
[{name}]
says = "TODO: one statement that can be false. Until then: a child's exit code reaches its parent."{source}
decided_by = "multiprocessing"  # TODO: multiprocessing, interpreter or system
predicts = {{ exit_code = 7 }}
control = {{ exit_code = {{ none = true }} }}

[[{name}.expect]]
verdict = "upheld"
because = "TODO: the reason. Until then: join() collects the child's exit code; before the child ends there is none."
see = "docs:multiprocessing#multiprocessing.Process.exitcode"  # TODO: the source
"""

PROBE = '''\
"""TODO: what the experiment does, and what the control does without. A probe records facts and judges nothing."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def child(address):
    sys.exit(check_in(address, "child").serve())


def experiment(arm):
    process = Process(target=child, args=(arm.address,))
    process.start()
    arm.expect("child").leave(7)
    process.join()
    arm.record(exit_code=process.exitcode)


def control(arm):
    process = Process(target=child, args=(arm.address,))
    process.start()
    arm.expect("child")  # it has started, and has not ended
    arm.record(exit_code=process.exitcode)


if __name__ == "__main__":
    main(experiment, control)
'''

ROW = '{name} = {{ {line}says = "TODO: the statement that this claim tests." }}\n'


class SkeletonError(ProcsemError):
    """Raised when a skeleton cannot be written without replacing something."""


@frozen
class Skeleton:
    """The texts of a new claim; nothing is written yet."""

    folder: Path
    claims: tuple[Path, str]
    """The ``claims.toml`` of the topic, with its new text."""
    probe: tuple[Path, str]
    rows: tuple[Path, str]
    """The list of statements, with its new text."""

    @property
    def kit(self) -> Path | None:
        """The kit of the built-in probes, if the folder has none and a copy is needed."""
        return None if (self.folder / "_kit").is_dir() else BUILT_IN / "_kit"


def skeleton(claim_id: str, folder: Path, line: int | None = None) -> Skeleton:
    """Return the skeleton of a claim in a folder of probes, which may be missing.

    With the line of a statement of the document, the claim gets a source and a row in ``checklist.toml``; without it, a
    row in ``beyond.toml``. Raises :class:`SkeletonError` if the name is not valid or already in use.
    """
    found = re.fullmatch(rf"({_NAME})/({_NAME})", claim_id)
    if not found:
        raise SkeletonError(
            f"{claim_id!r} is not an id for a claim; write TOPIC/NAME with small letters, digits and single hyphens"
        )
    topic, name = found.groups()
    place = folder / topic
    if not place.exists() and topic in sys.stdlib_module_names:
        raise SkeletonError(
            f"{place}: the standard library has a module {topic!r}, and a probe imports from the folder above its own; "
            "choose another topic"
        )
    probe = place / f"{name.replace('-', '_')}.py"
    rows = folder / ("beyond.toml" if line is None else "checklist.toml")
    if probe.exists():
        raise SkeletonError(f"{probe}: exists already; choose another name")
    if probe.stem in sys.stdlib_module_names:
        raise SkeletonError(
            f"{probe}: would hide the module {probe.stem!r} of the standard library; choose another name"
        )
    claims_text, rows_text = (text_of(file) if file.exists() else "" for file in (place / FILE, rows))
    for file, text, path in ((place / FILE, claims_text, (name,)), (rows, rows_text, (topic, name))):
        if _has(file, text, path):
            raise SkeletonError(f"{file}: has {name!r} already; choose another name")
    source = "" if line is None else f"\nsource = {line}"
    claim = CLAIM.format(name=name, source=source)
    row = ROW.format(name=name, line="" if line is None else f"line = {line}, ")
    return Skeleton(
        folder,
        (place / FILE, f"{claims_text.rstrip()}\n\n{claim}".lstrip()),
        (probe, PROBE),
        (rows, _with_row(rows_text, topic, row)),
    )


def _has(file: Path, text: str, path: tuple[str, ...]) -> bool:
    try:
        table: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SkeletonError(f"{file}: is not valid TOML: {error}") from error
    for key in path:
        if not isinstance(table, dict) or key not in table:
            return False
        table = table[key]
    return True


def _with_row(text: str, topic: str, row: str) -> str:
    """Return the text with the row at the end of its topic's table."""
    heading = re.search(rf"(?m)^\[{re.escape(topic)}\][^\n]*\n", text)
    if not heading:
        return f"{text.rstrip()}\n\n[{topic}]\n{row}".lstrip()
    after = re.search(r"(?m)^\[", text[heading.end() :])
    end = heading.end() + after.start() if after else len(text)
    table = text[:end].rstrip()
    return f"{table}\n{row}{chr(10) if after else ''}{text[end:]}"
