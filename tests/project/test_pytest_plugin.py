"""pytest's door: claims.toml files are test files, and pytest's own options work on them as on any test."""

import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest


@pytest.fixture
def run_pytest(probes, tmp_path):
    def run(*arguments, **keywords):
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "procsem.pytest_plugin",
            "--rootdir",
            str(tmp_path),
            "-c",
            os.devnull,
            *map(str, arguments),
        ]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=120, **keywords
        )

    return run


def counts(done):
    """``{"passed": 2, "failed": 1}`` from pytest's last line."""
    return {
        word: int(number)
        for number, word in re.findall(r"(\d+) (passed|failed|skipped|deselected|error)", done.stdout.splitlines()[-1])
    }


def test_each_cell_is_an_item(probes, run_pytest):
    probes.add("good").add("once", more="per_start_method = false").add(
        "elsewhere", more='needs = { system = "dragonfly" }'
    )
    done = run_pytest(probes.folder, "--start-method", "spawn", "-v", "-rs")
    assert done.returncode == 0, done.stdout + done.stderr
    assert counts(done) == {"passed": 2, "skipped": 1}
    assert "probes/small/claims.toml::good[spawn] PASSED" in done.stdout
    assert "probes/small/claims.toml::once PASSED" in done.stdout
    assert "requirement not met: system is" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX: Windows has only spawn")
def test_every_start_method_is_the_default_and_the_option_may_be_repeated(probes, run_pytest):
    probes.add("good")
    assert counts(run_pytest(probes.folder)) == {"passed": 3}
    assert counts(run_pytest(probes.folder, "--start-method", "all")) == {"passed": 3}
    assert counts(run_pytest(probes.folder, "--start-method", "spawn", "--start-method", "fork")) == {"passed": 2}


def test_probes_run_without_assertions_when_asked(probes, run_pytest):
    probes.add("good", "import sys; arm.record(so=sys.flags.optimize == 1)")
    assert counts(run_pytest(probes.folder, "--start-method", "spawn", "--optimize")) == {"passed": 1}
    assert counts(run_pytest(probes.folder, "--start-method", "spawn")) == {"failed": 1}


def test_a_failure_prints_what_run_prints(probes, run_pytest, procsem):
    probes.add("bad", "arm.record(so=False)")
    failed = run_pytest(probes.folder, "--start-method", "spawn")
    assert counts(failed) == {"failed": 1}
    printed = procsem("run", "--probes", probes.folder, "--start-method", "spawn").stdout
    explained = printed[
        printed.index("small/bad under spawn: refuted,") : printed.index("\n\n", printed.index("by hand"))
    ]
    assert explained in failed.stdout
    assert "Traceback" not in failed.stdout


def test_k_x_and_lf(probes, run_pytest):
    probes.add("a-bad", "arm.record(so=False)").add("b-good").add("c-bad", "arm.record(so=False)")
    at = (probes.folder, "--start-method", "spawn", "-o", f"cache_dir={probes.folder / '.cache'}")
    assert counts(run_pytest(*at, "-k", "good")) == {"passed": 1, "deselected": 2}
    assert counts(run_pytest(*at, "-x")) == {"failed": 1}
    assert counts(run_pytest(*at)) == {"failed": 2, "passed": 1}
    assert counts(run_pytest(*at, "--lf"))["failed"] == 2
    assert counts(run_pytest(f"{probes.topic / 'claims.toml'}::b-good[spawn]", "--start-method", "spawn")) == {
        "passed": 1
    }


def test_x_ends_what_still_runs(probes, run_pytest, tmp_path):
    probes.add("a-bad", "arm.record(so=False)").add("b-hung", "import threading; threading.Event().wait()")
    done = run_pytest(probes.folder, "--start-method", "spawn", "-x")
    assert counts(done) == {"failed": 1}, "and it ended at once: a hung probe has a minute"


def test_junit_xml(probes, run_pytest, tmp_path):
    probes.add("bad", "arm.record(so=False)").add("good")
    run_pytest(probes.folder, "--start-method", "spawn", f"--junitxml={tmp_path / 'junit.xml'}")
    cases = {case.get("name"): case for case in ElementTree.parse(tmp_path / "junit.xml").iter("testcase")}
    assert set(cases) == {"bad[spawn]", "good[spawn]"}
    assert cases["bad[spawn]"].find("failure") is not None
    verdicts = {name: case.find("properties/property[@name='verdict']").get("value") for name, case in cases.items()}
    assert verdicts == {"bad[spawn]": "refuted", "good[spawn]": "upheld"}


def test_cells_run_side_by_side(probes, run_pytest, tmp_path):
    # Each waits for the other to have begun: one after the other, neither would end before its timeout.
    meet = (
        "import time\n"
        f"    mine, other = ({str(tmp_path)!r} + '/began-' + x for x in ({{!r}}, {{!r}}))\n"
        "    open(mine, 'w').close(); until = time.monotonic() + 20\n"
        "    while not os.path.exists(other) and time.monotonic() < until: time.sleep(0.01)\n"
        "    arm.record(so=os.path.exists(other))"
    )
    probes.add("one", meet.format("1", "2")).add("two", meet.format("2", "1"))
    if len(os.sched_getaffinity(0)) < 2 if sys.platform == "linux" else (os.cpu_count() or 1) < 2:
        pytest.skip("needs two CPUs, because one has one sandbox")
    assert counts(run_pytest(probes.folder, "--start-method", "spawn")) == {"passed": 2}


def test_faults_are_told_without_a_traceback_of_ours(probes, run_pytest):
    probes.add("good")
    file = probes.topic / "claims.toml"
    done = run_pytest(probes.folder, "--python", "/no/such/python")
    assert done.returncode == 2
    assert len(re.findall("(?m)^.*procsem: /no/such/python: .*$", done.stdout + done.stderr)) == 1
    assert "Traceback" not in done.stdout + done.stderr
    file.write_text(file.read_text(encoding="utf-8").replace("says", "sayz"), encoding="utf-8")
    done = run_pytest(probes.folder)
    assert done.returncode != 0
    assert f"{file}:2: [good] " in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
