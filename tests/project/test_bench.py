"""``procsem bench`` as a user meets it: what it measures, writes, and reports."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from procsem.bench.measure import groups


@pytest.fixture
def file(tmp_path, bench_run):
    file = tmp_path / "bench.json"
    file.write_text(json.dumps(bench_run()), encoding="utf-8")
    return file


def assert_one_line(done, *words):
    """Assert that a command reported one fault: exit code 2, one line on standard error."""
    assert done.returncode == 2, done.stdout + done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("procsem: ")
    for word in words:
        assert word in line, line


def test_text_is_shown_unless_a_file_is_asked_for(procsem, file, tmp_path):
    shown = procsem("bench", file)
    assert shown.returncode == 0, shown.stderr
    assert "Growth with memory" in shown.stdout
    written = procsem("bench", file, "--markdown", "bench.md")
    assert (written.returncode, written.stdout) == (0, "wrote bench.md\n")
    assert "### Growth with memory" in (tmp_path / "bench.md").read_text(encoding="utf-8")


def test_the_page_is_written_completely(procsem, file, tmp_path):
    pytest.importorskip("matplotlib", reason="needs matplotlib")
    done = procsem("bench", file, "--html", "bench.html", "--markdown", "bench.md")
    assert (done.returncode, done.stdout, done.stderr) == (0, "wrote bench.md\nwrote bench.html\n", "")
    page = (tmp_path / "bench.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")
    assert (tmp_path / "bench.md").exists()


def test_without_matplotlib_the_message_says_what_to_install(procsem, file, tmp_path, monkeypatch):
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "matplotlib.py").write_text("raise ModuleNotFoundError('gone', name='matplotlib')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    done = procsem("bench", file, "--html", "bench.html")
    assert_one_line(done, "matplotlib is not installed", "pip install 'procsem[bench]'")
    assert not (tmp_path / "bench.html").exists()
    assert procsem("bench", file).returncode == 0, "nothing else needs it"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "not a benchmark run"),
        ("no JSON", "not valid JSON"),
        (None, "cannot be read"),
        ('{"procsem": {"format": 9}}', "use a newer procsem"),
    ],
)
def test_another_file_is_refused_in_one_line(procsem, tmp_path, text, words):
    if text is not None:
        (tmp_path / "odd.json").write_text(text, encoding="utf-8")
    assert_one_line(procsem("bench", "odd.json", "--html", "bench.html"), "odd.json", words)


def test_a_page_that_cannot_be_written_is_reported(procsem, file):
    pytest.importorskip("matplotlib", reason="needs matplotlib")
    assert_one_line(procsem("bench", file, "--html", "no/such/folder/bench.html"), "bench.html")


def test_a_slower_benchmark_is_reported_with_exit_code_1(procsem, file, tmp_path, bench_run):
    same = procsem("bench", file, "--against", file)
    assert (same.returncode, same.stdout) == (0, "4 benchmarks compared, 0 slower by more than a factor of 1.1\n")
    slow = bench_run()
    slow["benchmarks"][1]["extra_info"]["ratio_to_baseline"] = {"value": 30, "low": 25, "high": 35}
    slow["procsem"]["machine"]["kernel"] = "another"
    (tmp_path / "slow.json").write_text(json.dumps(slow), encoding="utf-8")
    done = procsem("bench", "slow.json", "--against", file)
    assert done.returncode == 1
    line, summary = done.stdout.splitlines()
    assert line == "Process, fork: 3 (2.5 to 3.5) times the baseline before, 30 (25 to 35) now"
    assert summary == "4 benchmarks compared, 1 slower by more than a factor of 1.1"
    assert "kernel: a benchmark before, another now" in done.stderr


def test_quick_without_measure_is_refused(procsem, file):
    assert_one_line(procsem("bench", file, "--quick"), "--quick needs --measure")


def test_measuring_writes_a_file_that_can_be_shown(procsem, measure_little, tmp_path):
    command = [sys.executable, *measure_little("--markdown", "bench.md")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode in (0, 1), done.stderr  # 1 if this machine is too busy for a claim about sleep
    assert done.stdout == "wrote bench.json\nwrote bench.md\n"
    assert [line.partition(":")[0] for line in done.stderr.splitlines()[:3]] == [
        "measuring 2 groups, about 0 minutes on a quiet machine",
        "descriptors",
        "sleepers",
    ]
    data = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    names = {entry["extra_info"]["name"] for entry in data["benchmarks"]}
    quick = {each.name for name in ("descriptors", "sleepers") for each in groups.GROUPS[name].benchmarks}
    assert names == quick - set(data["procsem"]["unavailable"])
    assert [claim["claim"] for claim in data["procsem"]["claims"]] == ["cost/sleepers-take-the-longest"]
    assert "### Growth with descriptors" in (tmp_path / "bench.md").read_text(encoding="utf-8")
    assert procsem("bench", "bench.json", "--against", "bench.json").returncode == 0


def test_a_benchmark_that_fails_is_reported_with_exit_code_1(measure_little, tmp_path):
    command = [sys.executable, *measure_little(groups=["sleepers"])]
    script = Path(command[1])
    broken = "object.__setattr__(kept['sleepers'].benchmarks[0], 'operation', 'no_such_operation')\nmain()\n"
    script.write_text(script.read_text(encoding="utf-8").replace("main()\n", broken), encoding="utf-8")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1, done.stderr
    name = groups.GROUPS["sleepers"].benchmarks[0].name
    (failure,) = [line for line in done.stderr.splitlines() if line.startswith("procsem: ")]
    assert failure.startswith(f"procsem: {name}: a minimal parent ended with exit code 1")
    data = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert name not in {entry["extra_info"]["name"] for entry in data["benchmarks"]}
    (claim,) = data["procsem"]["claims"]
    assert (claim["verdict"], claim["as_expected"]) == ("broken", False)


@pytest.mark.skipif(os.name != "posix", reason="needs signals to process groups")
def test_ctrl_c_ends_the_measurement_and_leaves_no_process(measure_little, tmp_path):
    command = [sys.executable, *measure_little()]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, process_group=0) as running:
        try:
            process = psutil.Process(running.pid)
            while not (below := process.children(recursive=True)) and running.poll() is None:
                pass
            os.killpg(running.pid, signal.SIGINT)
            errors = running.stderr.read()
        finally:
            running.kill()
    assert running.returncode == 130, errors
    assert errors.splitlines()[-1] == "procsem: interrupted"
    assert psutil.wait_procs(below, timeout=20)[1] == []
    assert not (tmp_path / "bench.json").exists()
