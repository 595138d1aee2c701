"""The pytest plugin: opt-in, and then pytest's own options work on claims as on any test."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import time
from xml.etree import ElementTree

import pytest

from procsem.catalogue import BUILT_IN

PLUGIN = ("-p", "procsem.pytest_plugin")
NO_FILE = ("-c", os.devnull)  # no pyproject.toml above the folder of the test


@pytest.fixture
def run_pytest(tmp_path):
    """Run pytest in the folder of the test, by default with the plugin."""

    def run(*arguments, plugin=PLUGIN, configuration=NO_FILE, **keywords):
        root = ("--rootdir", tmp_path)
        command = [sys.executable, "-m", "pytest", *plugin, *root, *configuration, *arguments]
        return subprocess.run(
            [*map(str, command)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            **keywords,
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
def test_all_start_methods_are_the_default_and_the_option_may_be_repeated(probes, run_pytest):
    probes.add("good")
    assert counts(run_pytest(probes.folder)) == {"passed": 3}
    assert counts(run_pytest(probes.folder, "--start-method", "all")) == {"passed": 3}
    assert counts(run_pytest(probes.folder, "--start-method", "spawn", "--start-method", "fork")) == {"passed": 2}


def test_probes_run_without_assertions_on_request(probes, run_pytest):
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


def test_the_options_k_x_and_lf_work(probes, run_pytest):
    probes.add("a-bad", "arm.record(so=False)").add("b-good").add("c-bad", "arm.record(so=False)")
    at = (probes.folder, "--start-method", "spawn", "-o", f"cache_dir={probes.folder / '.cache'}")
    assert counts(run_pytest(*at, "-k", "good")) == {"passed": 1, "deselected": 2}
    assert counts(run_pytest(*at, "-x")) == {"failed": 1}
    assert counts(run_pytest(*at)) == {"failed": 2, "passed": 1}
    assert counts(run_pytest(*at, "--lf"))["failed"] == 2
    assert counts(run_pytest(f"{probes.topic / 'claims.toml'}::b-good[spawn]", "--start-method", "spawn")) == {
        "passed": 1
    }


def test_x_kills_what_still_runs(probes, run_pytest, tmp_path):
    probes.add("a-bad", "arm.record(so=False)").add("b-hung", "import threading; threading.Event().wait()")
    began = time.monotonic()
    done = run_pytest(probes.folder, "--start-method", "spawn", "-x")
    assert counts(done) == {"failed": 1}
    assert time.monotonic() - began < 60, "a hung probe would be killed only after two minutes"


def test_the_junit_file_has_the_verdicts(probes, run_pytest, tmp_path):
    probes.add("bad", "arm.record(so=False)").add("good")
    run_pytest(probes.folder, "--start-method", "spawn", f"--junitxml={tmp_path / 'junit.xml'}")
    cases = {case.get("name"): case for case in ElementTree.parse(tmp_path / "junit.xml").iter("testcase")}
    assert set(cases) == {"bad[spawn]", "good[spawn]"}
    assert cases["bad[spawn]"].find("failure") is not None
    verdicts = {name: case.find("properties/property[@name='verdict']").get("value") for name, case in cases.items()}
    assert verdicts == {"bad[spawn]": "refuted", "good[spawn]": "upheld"}


def test_cells_run_at_the_same_time(probes, run_pytest, tmp_path):
    # Each waits until the other has begun: one after the other, both would run into the timeout.
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


def test_a_bad_interpreter_is_one_line(probes, run_pytest):
    probes.add("good")
    done = run_pytest(probes.folder, "--python", "/no/such/python")
    assert done.returncode == 2
    (line,) = (done.stdout + done.stderr).splitlines()
    assert line.startswith("Exit: procsem: /no/such/python: there is no such file; ")


def test_an_interpreter_that_cannot_be_measured_is_reported_once(probes, run_pytest, tmp_path):
    """It answers when it is asked for its version, but measure.py fails."""
    two_topics(probes.add("good"))
    if sys.platform == "win32":
        pytest.skip("needs POSIX, for a script that is a program")
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\ncase "$*" in *measure.py*) exit 7;; esac\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    done = run_pytest(probes.folder, "--python", python)
    assert done.returncode == 2
    line = f"procsem: {python}: its environment cannot be measured: measure.py ended with exit code 7"
    assert done.stdout.splitlines().count(line) == 1
    assert "Traceback" not in done.stdout + done.stderr


def test_a_fault_in_claims_toml_is_reported_without_a_traceback(probes, run_pytest):
    probes.add("good")
    file = probes.topic / "claims.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("says", "sayz"), encoding="utf-8")
    done = run_pytest(probes.folder)
    assert done.returncode != 0
    assert f"{file}:2: [good] " in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def two_topics(probes):
    shutil.copytree(probes.topic, probes.folder / "other")


# ---------------------------------------------------------------- opt-in


def test_the_package_registers_no_plugin():
    groups = {entry.group for entry in importlib.metadata.distribution("procsem").entry_points}
    assert groups == {"console_scripts"}


def test_unused_it_adds_no_option_collects_nothing_and_is_not_imported(probes, run_pytest, tmp_path):
    probes.add("good")
    (tmp_path / "test_other.py").write_text(
        "import sys\ndef test_other():\n    assert not [name for name in sys.modules if name.startswith('procsem')]\n"
    )
    done = run_pytest(plugin=())
    assert counts(done) == {"passed": 1}
    assert "procsem" not in done.stdout
    refused = run_pytest("--start-method", "spawn", plugin=())
    assert refused.returncode == pytest.ExitCode.USAGE_ERROR
    assert "unrecognized arguments" in refused.stderr


def test_a_line_in_conftest_switches_it_on(probes, run_pytest, tmp_path):
    probes.add("good")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["procsem.pytest_plugin"]\n')
    assert counts(run_pytest("probes", "--start-method", "spawn", plugin=())) == {"passed": 1}


def test_claims_toml_of_other_folders_is_not_collected(probes, run_pytest, tmp_path):
    probes.add("good")
    for folder in (tmp_path / "insurance" / "car", tmp_path / "probes" / "small" / "deeper", tmp_path / "probes"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "claims.toml").write_text("this = 'is no file of ours'\n")
    assert counts(run_pytest("--start-method", "spawn")) == {"passed": 1}


def test_a_file_that_is_named_on_the_command_line_is_collected(probes, run_pytest, tmp_path):
    probes.add("good")
    probes.folder.rename(tmp_path / "elsewhere")
    named = run_pytest("elsewhere/small/claims.toml", "--start-method", "spawn")
    assert counts(named) == {"passed": 1}
    assert run_pytest("elsewhere").returncode == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_folders_of_probes_are_configured(probes, run_pytest, tmp_path):
    probes.add("good")
    probes.folder.rename(tmp_path / "elsewhere")
    (tmp_path / "pytest.ini").write_text("[pytest]\nprocsem_probes = elsewhere\naddopts = -p procsem.pytest_plugin\n")
    done = run_pytest("--start-method", "spawn", plugin=(), configuration=())
    assert counts(done) == {"passed": 1}


def test_the_built_in_claims_are_collected_from_any_project(run_pytest):
    claims = BUILT_IN / "joinable-queue" / "claims.toml"
    done = run_pytest(claims.parent, "--collect-only", "-q", "--start-method", "spawn")
    assert f"{claims.name}::join-waits-for-own[spawn]" in done.stdout


# ---------------------------------------------------------------- pytest-xdist

COUNT = "open({!r}, 'a').write('once\\n'); arm.record(so=True)"


def test_under_xdist_claims_are_refused_in_one_line(probes, run_pytest, tmp_path):
    ran = tmp_path / "ran"
    probes.add("good", COUNT.format(str(ran)))
    two_topics(probes)
    done = run_pytest(probes.folder, "-n", "2", "--start-method", "spawn")
    assert done.returncode != 0
    assert (done.stdout + done.stderr).count("procsem: the claims do not run under pytest-xdist") == 1
    assert "run them with -n 0" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert not ran.exists()


def test_a_single_xdist_worker_runs_each_cell_once(probes, run_pytest, tmp_path):
    ran = tmp_path / "ran"
    probes.add("good", COUNT.format(str(ran))).add("exclusive", COUNT.format(str(ran)), more="alone = true")
    assert counts(run_pytest(probes.folder, "-n", "1", "--start-method", "spawn")) == {"passed": 2}
    assert ran.read_text() == "once\n" * 2


def test_under_xdist_other_tests_run_with_the_plugin(run_pytest, tmp_path):
    (tmp_path / "test_other.py").write_text(
        "import pytest\n@pytest.mark.parametrize('n', range(4))\ndef test(n): pass\n"
    )
    assert counts(run_pytest("-n", "2")) == {"passed": 4}
