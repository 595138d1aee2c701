"""The commands ``report``, ``compare`` and ``history``, on real runs, damaged files and changed verdicts."""

import json
import platform
import re
from xml.etree import ElementTree

import pytest


@pytest.fixture
def measured(probes, procsem, tmp_path):
    """Runs the small catalogue and returns the new result file in a folder."""

    def run(folder, *options):
        before = set((tmp_path / folder).glob("*.json"))
        done = procsem("run", "--probes", probes.folder, "--start-method", "spawn", "--out", folder, *options)
        assert "kept in" in done.stdout, done.stdout + done.stderr
        (file,) = set((tmp_path / folder).glob("*.json")) - before
        return file

    return run


def changed(file, **values):
    """Change the only cell of a run."""
    run = json.loads(file.read_text(encoding="utf-8"))
    run["cells"][0].update(values)
    file.write_text(json.dumps(run), encoding="utf-8")


def test_runs_are_shown_side_by_side(probes, procsem, measured):
    probes.add("good")
    measured("runs")
    measured("runs", "-O")
    shown = procsem("report", "runs", "--probes", probes.folder)
    assert shown.returncode == 0, shown.stderr
    release = platform.python_version()
    heads = [line.split() for line in shown.stdout.splitlines()[:4]]
    assert sorted(word for line in heads for word in line) == sorted(
        [release, release, "no", "asserts", "claim", "s", "s"]
    )
    assert re.search(r"(?m)^ +good +\+ +\+ *$", shown.stdout), shown.stdout
    totals = [line for line in shown.stdout.splitlines() if line.endswith("s)")]
    assert len(totals) == 2
    assert all("1 cell: 1 upheld; all as expected" in line for line in totals)


def test_each_view_is_written_and_contains_the_claim(probes, procsem, measured, tmp_path):
    probes.add("good").add("bad", "arm.record(so=False)")
    measured("runs")
    views = ["--html", "page.html", "--markdown", "summary.md", "--junit", "junit.xml", "--json", "matrix.json"]
    done = procsem("report", "runs", *views, "--annotations", "--probes", probes.folder)
    assert done.returncode == 0, done.stderr
    assert "::error file=" in done.stdout
    for name in ("page.html", "summary.md", "junit.xml", "matrix.json"):
        assert "small/bad" in (tmp_path / name).read_text(encoding="utf-8"), name
    suites = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert [len(suites.findall(f".//{tag}")) for tag in ("testcase", "failure")] == [2, 1]


def test_the_written_matrix_can_be_read_again(probes, procsem, measured):
    probes.add("good")
    measured("runs")
    assert procsem("report", "runs", "--json", "matrix.json", "--probes", probes.folder).returncode == 0
    again = procsem("report", "matrix.json", "--probes", probes.folder)
    assert again.stdout == procsem("report", "runs", "--probes", probes.folder).stdout


DAMAGES = {
    "truncated": (lambda run: json.dumps(run)[:-200], "not valid JSON"),
    "newer schema": (lambda run: json.dumps({**run, "schema": 999}), "newer"),
    "not JSON": (lambda _: "\x00\x01", "not valid JSON"),
    "a list": (lambda _: "[]", "no schema number"),
    "deeply nested": (lambda _: "[" * 100_000, "nested too deeply"),
    "no system": (lambda run: json.dumps({**run, "environment": {}}), "environment must contain"),
    "claim null": (
        lambda run: json.dumps({**run, "cells": [{**run["cells"][0], "claim": None}]}),
        "claim must be string",
    ),
    "duplicate": (lambda run: json.dumps({**run, "cells": run["cells"] * 2}), "two cells for small/good under spawn"),
    "negative": (lambda run: json.dumps({**run, "cells": [{**run["cells"][0], "seconds": -1}]}), "seconds must be"),
}


@pytest.mark.parametrize(("damage", "said"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_named_in_one_line_and_the_other_files_are_reported(
    probes, procsem, measured, tmp_path, damage, said
):
    probes.add("good")
    good = measured("runs")
    damaged = damage(json.loads(good.read_text(encoding="utf-8")))
    (tmp_path / "runs" / "bad.json").write_text(damaged, encoding="utf-8")
    done = procsem("report", "runs", "--probes", probes.folder)
    assert done.returncode == 2
    assert "1 cell: 1 upheld; all as expected" in done.stdout
    (line,) = done.stderr.splitlines()
    assert "bad.json" in line
    assert said in line, line


def test_files_that_do_not_exist_are_reported_in_one_line_each(probes, procsem):
    probes.add("good")
    for command in (["report", "none"], ["compare", "none", "none"], ["history", "small/good", "none"]):
        done = procsem(*command, "--probes", probes.folder)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert all("none" in line for line in done.stderr.splitlines()), done.stderr
        assert done.stderr


def test_compare_exits_with_1_if_a_verdict_changed(probes, procsem, measured):
    probes.add("good")
    old, new = measured("old"), measured("new")
    same = procsem("compare", old, new, "--probes", probes.folder)
    assert (same.returncode, same.stdout.splitlines()[-1]) == (0, "1 cell compared, 0 changes"), same.stdout
    changed(new, verdict="refuted", as_expected=False)
    other = procsem("compare", old, new, "--probes", probes.folder)
    assert other.returncode == 1
    assert re.search(r"(?m)^verdict: small/good under spawn in .*: upheld -> refuted$", other.stdout), other.stdout


def test_compare_exits_with_1_if_a_cell_is_missing_but_not_if_one_is_new(probes, procsem, measured):
    probes.add("good")
    one = measured("old")
    probes.add("more")
    two = measured("new")
    more = procsem("compare", one, two, "--probes", probes.folder)
    assert more.returncode == 0, more.stdout
    assert re.search(r"(?m)^new: small/more under spawn in .*: upheld$", more.stdout), more.stdout
    less = procsem("compare", two, one, "--probes", probes.folder)
    assert less.returncode == 1
    assert re.search(r"(?m)^missing: small/more under spawn in .*: was upheld$", less.stdout), less.stdout
    assert less.stdout.splitlines()[-1] == "1 cell compared, 1 change, 1 cell missing"


def test_compare_exits_with_1_if_an_environment_is_missing(probes, procsem, measured):
    probes.add("good")
    measured("old")
    measured("old", "-O")
    measured("new")
    done = procsem("compare", "old", "new", "--probes", probes.folder)
    assert done.returncode == 1
    assert re.search(r"(?m)^missing: .* without assertions .*: 1 cell$", done.stdout), done.stdout


def test_compare_exits_with_2_if_nothing_can_be_compared(probes, procsem, measured):
    probes.add("good").add("more")
    old, new = measured("old", "small/good"), measured("new", "small/more")
    done = procsem("compare", old, new, "--probes", probes.folder)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "no cell is in both" in line


def test_history_names_the_versions_before_and_after_a_change(probes, procsem, measured, tmp_path):
    probes.add("good")
    measured("runs")
    file = measured("runs")
    run = json.loads(file.read_text(encoding="utf-8"))
    run["environment"]["python"] = run["environment"]["python_release"] = "3.99.0"
    run["started"] = "2099-01-01T00:00:00+00:00"
    file.write_text(json.dumps(run), encoding="utf-8")
    changed(file, verdict="refuted", as_expected=False)
    done = procsem("history", "small/good", "runs", "--probes", probes.folder)
    assert done.returncode == 0, done.stderr
    assert re.search(r"first after the change +3\.99\.0 +refuted", done.stdout), done.stdout
    assert done.stdout.splitlines()[-1] == "small/good: 2 measurements, 1 change"
