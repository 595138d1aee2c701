"""Whatever a file contains, a command shows it or prints one line per fault that names the file, and exits with 2."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from procsem.errors import ProcsemError
from procsem.model import Environment, Run
from procsem.results.files import dumps, read_all
from tests.unit.any_input.conftest import PROBES, TOPIC
from tests.unit.any_input.damage import anything, damaged_data, damaged_text
from tests.unit.conftest import FACTS
from tests.unit.results.conftest import result_of

RUN = json.loads(
    dumps(
        Run(
            Environment(dict(FACTS)),
            "2026-01-02T03:04:05+00:00",
            1.0,
            (
                result_of(f"{TOPIC}/get-removes"),
                result_of(f"{TOPIC}/maxsize", verdict="refuted"),
                result_of("gone/claim"),
            ),
        )
    )
)


def _written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    return file


@given(data=damaged_data(RUN) | anything)
def test_a_result_file(data, command, folder, probes):
    file = _written(folder / "run.json", json.dumps(data))
    for views in (
        [],
        ["--markdown", folder / "a.md", "--junit", folder / "a.xml", "--json", folder / "a.json"],
        ["--annotations"],
    ):
        done = command("report", file, "--probes", probes, *views)
        done.check()
        if done.status == 2:
            assert str(file) in done.stderr


@given(data=damaged_data(RUN))
def test_the_page_of_a_result_file(data, command, folder, probes):
    file = _written(folder / "run.json", json.dumps(data))
    command("report", file, "--probes", probes, "--html", folder / "a.html").check()


@given(text=damaged_text(json.dumps(RUN, indent=1)))
def test_a_damaged_text_of_a_result_file(text, command, folder, probes):
    command("report", _written(folder / "run.json", text), "--probes", probes).check()


@given(old=damaged_data(RUN), new=damaged_data(RUN))
def test_comparing_and_following_result_files(old, new, command, folder, probes):
    files = [_written(folder / f"{number}.json", json.dumps(data)) for number, data in enumerate((old, new))]
    command("compare", *files, "--probes", probes).check()
    command("history", f"{TOPIC}/get-removes", *files, "--probes", probes).check()


@given(data=damaged_data(RUN))
def test_what_can_be_read_is_written_and_read_back_equal(data, folder):
    file = _written(folder / "run.json", json.dumps(data))
    try:
        (run,) = read_all(file)
    except ProcsemError:
        return
    again = _written(folder / "again.json", dumps(run))
    assert read_all(again) == [run]


@contextmanager
def _instead(file: Path, text: str) -> Iterator[None]:
    """Give a file another content."""
    valid = file.read_bytes()
    try:
        _written(file, text)
        yield
    finally:
        file.write_bytes(valid)


@given(text=damaged_text((PROBES / TOPIC / "claims.toml").read_text(encoding="utf-8")))
def test_a_file_of_claims(text, command, probes):
    with _instead(probes / TOPIC / "claims.toml", text):
        done = command("claims", "--probes", probes)
    done.check()
    if done.status == 2:
        assert all(str(probes / TOPIC) in line for line in done.stderr.splitlines())  # a probe may have lost its claim


@given(text=damaged_text((PROBES / "document.toml").read_text(encoding="utf-8")))
def test_the_document(text, command, probes):
    with _instead(probes / "document.toml", text):
        command("claims", "--probes", probes).check()


@given(text=st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_as_a_file_of_claims(text, command, probes):
    with _instead(probes / TOPIC / "claims.toml", text):
        command("claims", "--probes", probes).check()
