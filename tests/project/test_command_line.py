"""The program as a user sees it: its output, its exit codes, and its messages about bad input."""

import contextlib
import importlib
import json
import os
import re
import shlex
import signal
import struct
import subprocess
import sys
import time
import venv

import psutil
import pytest

from procsem.cli.main import COMMANDS
from procsem.model import CellResult, Environment, Run, Verdict
from procsem.results import read_all
from procsem.results.files import dumps

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def the_run(tmp_path, folder="procsem-runs"):
    (file,) = (tmp_path / folder).glob("*.json")
    (run,) = read_all(file)
    return run


def small_run():
    """The text of a result file with one cell."""
    cell = CellResult("daemon/no-children", "spawn", Verdict.UPHELD, Verdict.UPHELD, True, "so it is", 0.1, {})
    facts = {
        "system": "linux",
        "machine": "x86_64",
        "implementation": "cpython",
        "python": "3.13.0",
        "python_release": "3.13.0",
        "start_methods": ["spawn"],
        "default_start_method": "spawn",
        "assertions": True,
    }
    return dumps(Run(Environment(facts), "2026-01-01T00:00:00+00:00", 1.0, (cell,)))


def one_line(done, *words):
    """Check that a call reported a fault: exit code 2, one line on standard error, no traceback."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("procsem: ")
    for word in words:
        assert word in line, line


def test_a_run_whose_cells_are_as_expected_exits_with_0(probes, procsem, tmp_path):
    probes.add("good")
    done = procsem("run", "--probes", probes.folder, "--start-method", "spawn")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"(?m)^ +good +\+ upheld", done.stdout)
    assert "1 cell: 1 upheld; all as expected" in done.stdout
    run = the_run(tmp_path)
    assert run.complete
    assert [(cell.claim, cell.start_method, cell.verdict) for cell in run.cells] == [
        ("small/good", "spawn", Verdict.UPHELD)
    ]


def test_probes_run_without_assertions_when_asked(probes, procsem, tmp_path):
    probes.add("bad", "import sys; arm.record(so=sys.flags.optimize == 0)")
    done = procsem("run", "--probes", probes.folder, "--start-method", "spawn", "-O")
    assert "1 cell: 1 refuted; 1 not as expected" in done.stdout
    again = f"procsem run small/bad --start-method spawn -O --probes {probes.folder}"
    assert re.search(rf"(?m)run again +{re.escape(again)}$", done.stdout), done.stdout
    facts = the_run(tmp_path).environment.facts
    assert (facts["optimize"], facts["assertions"]) == (1, False)


def test_the_folder_of_probes_may_be_relative_to_the_working_directory(probes, procsem):
    probes.add("good")
    assert procsem("run", "--probes", probes.folder.name, "--start-method", "spawn").returncode == 0


def test_an_unexpected_cell_is_explained_with_the_command_that_reruns_it(probes, procsem, tmp_path):
    probes.add("bad", "print('<[bold]\\x1b[31m>'); arm.record(so=False)")
    done = procsem("run", "--probes", probes.folder, "--start-method", "spawn")
    assert done.returncode == 1
    explained = done.stdout.partition("small/bad under spawn: refuted, expected upheld")[2]
    assert re.search("experiment +so: predicted true, saw false  <--", explained)
    assert re.search("control +so: predicted false, saw false\n", explained)
    assert f"{probes.topic / 'claims.toml'}:2" in explained
    assert str(probes.topic / "bad.py") in explained
    rerun = re.search(r"run again +procsem (run small/bad --start-method spawn --probes .*)", explained)[1]
    assert "1 cell: 1 refuted; 1 not as expected" in procsem(*shlex.split(rerun)).stdout, "the command runs the cell"
    assert "<[bold]\\x1b[31m>" in explained, "the output of a probe is shown, and its control characters are escaped"
    by_hand = re.search(r"by hand +(.*)", explained)[1]
    again = subprocess.run(by_hand, shell=True, capture_output=True, text=True, timeout=60)
    assert again.returncode == 0
    assert re.search(r"so +false", again.stdout)


@pytest.mark.parametrize(
    ("experiment", "said"),
    [
        ("raise ValueError('oh')", "the arm 'experiment' raised ValueError: oh"),
        ("os._exit(3)", "the probe ended with exit code 3"),
        ("pass", "the probe reported no fact 'so'"),
        ("sys.exit(0)", "the arm 'experiment' raised SystemExit: 0"),
        (
            "open(sys.argv[sys.argv.index('--report') + 1], 'w').write('{\"arms\": {'); os._exit(0)",
            "the probe's report is damaged",
        ),
        ("open('left', 'w').close(); arm.record(so=True)", "the probe left behind: file left"),
        pytest.param("os.kill(os.getpid(), 9)", "the probe was killed by SIGKILL", marks=POSIX),
    ],
)
def test_the_cell_of_a_probe_that_fails_is_broken_and_says_why(probes, procsem, experiment, said):
    probes.add("odd", experiment)
    done = procsem("run", "--probes", probes.folder, "--start-method", "spawn")
    assert done.returncode == 1
    assert said in done.stdout, done.stdout


def test_a_probe_that_hangs_is_killed_at_its_timeout(probes, procsem):
    probes.add("hung", "import threading; threading.Event().wait()", more="seconds = 1.0")
    done = procsem("run", "--probes", probes.folder, "--start-method", "spawn")
    assert "the probe did not end within 1 s" in done.stdout
    assert done.returncode == 1


def test_an_arm_that_hangs_takes_the_time_of_one_claim_though_several_share_the_probe(probes, procsem):
    probes.add("hung", "import threading; threading.Event().wait()", more="seconds = 3.0")
    probes.add("too", more='seconds = 3.0\nprobe = "hung.py"')
    (probes.topic / "too.py").unlink()
    done = procsem("run", "--probes", probes.folder, "--start-method", "spawn")
    assert done.stdout.count("the probe was killed because its arm 'experiment' did not end within 3 s") == 2
    assert done.returncode == 1


def test_a_patience_that_is_not_a_number_is_bad_input(probes, procsem):
    probes.add("steady")
    done = procsem("run", "--probes", probes.folder, env={"PROCSEM_PATIENCE": "long"})
    assert done.stderr == "procsem: PROCSEM_PATIENCE: 'long' is not a number of seconds from more than 0 to 3600\n"
    assert done.returncode == 2


@POSIX
def test_a_probe_that_hangs_says_where(probes, procsem):
    probes.add("hung", "import threading; threading.Event().wait()", more="seconds = 1.0")
    done = procsem("run", "--probes", probes.folder, "--start-method", "spawn")
    printed = done.stdout.partition("  printed")[2]
    assert re.search(
        r'most recent call first.*threading\.py".* in wait\n.*hung\.py", line \d+ in experiment', printed, re.S
    )


@POSIX
def test_a_process_that_hangs_before_it_checks_in_says_where_and_who_came_is_named(probes, procsem):
    # The child hangs in a C function, and the signal is for whoever is in it.
    probes.add(
        "hung",
        "from multiprocessing import Barrier, Process; from _kit import TIMEOUT, stay, table\n"
        "    other = Process(target=stay, args=(arm.address, 'other')); other.start(); arm.expect('other')\n"
        "    barrier = Barrier(2); Process(target=barrier.wait).start()\n"
        "    table.wait_for(lambda: barrier.n_waiting, TIMEOUT, 'the child'); arm.expect('child', timeout=1)",
    )
    done = procsem("run", "--probes", probes.folder, "--start-method", "spawn")
    assert re.search(r"child did not check in within 1 s; checked in: other \(pid \d+\)", done.stdout), done.stdout
    printed = done.stdout.partition("  printed")[2]
    assert 'process.py", line' in printed
    assert printed.count("(most recent call first") == 2, "one for each child, and none for the probe"
    assert re.search(r"other \(pid \d+\):\n\s+Current thread .*serve\n.*not checked in \(pid \d+\):", printed, re.S)
    assert "TimeoutError: child did not check in" in printed, "and the probe's own traceback"


def test_a_claim_whose_needs_are_not_met_is_unsupported_and_a_run_without_judged_cells_exits_with_1(probes, procsem):
    probes.add("elsewhere", more='needs = { system = "dragonfly" }')
    done = procsem("run", "--probes", probes.folder, "--start-method", "spawn")
    assert "/ unsupported" in done.stdout
    assert "no cell was judged" in done.stdout
    assert done.returncode == 1
    probes.add("here")
    assert procsem("run", "--probes", probes.folder, "--start-method", "spawn").returncode == 0


def test_repeats_that_disagree_are_inconclusive(probes, procsem, tmp_path):
    flag = tmp_path / "flag"
    probes.add("fickle", f"arm.record(so=not os.path.exists({str(flag)!r})); open({str(flag)!r}, 'w').close()")
    done = procsem("run", "--probes", probes.folder, "--start-method", "spawn", "--repeat", 3, "--jobs", 1)
    assert done.returncode == 1
    assert "repeats disagree: upheld 1 times, refuted 2 times" in done.stdout
    (cell,) = the_run(tmp_path).cells
    assert (cell.verdict, cell.repeats) == (Verdict.INCONCLUSIVE, {"upheld": 1, "refuted": 2})


def test_a_claim_that_no_start_method_can_influence_runs_once(probes, procsem, tmp_path):
    probes.add("once", more="per_start_method = false").add("each")
    assert procsem("run", "--probes", probes.folder).returncode == 0
    cells = the_run(tmp_path).cells
    assert [cell.start_method for cell in cells if cell.claim == "small/once"] == [None]
    assert "spawn" in [cell.start_method for cell in cells if cell.claim == "small/each"]


def test_two_pythons_are_two_columns_and_two_files(probes, procsem, tmp_path):
    probes.add("good")
    base = os.path.realpath(sys.executable)
    done = procsem(
        "run", "--probes", probes.folder, "--python", sys.executable, "--python", base, "--start-method", "spawn"
    )
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "procsem-runs").glob("*.json"))) == len({sys.executable, base})


def test_exclusive_cells_run_while_no_other_cell_does(probes, procsem, tmp_path):
    busy = (
        "import time; a = time.monotonic(); b = a\n"
        "    while b - a < 0.3: b = time.monotonic()\n"
        f"    span = {str(tmp_path)!r} + '/' + os.path.basename(__file__) + (arm.method or '')\n"
        "    open(span, 'w').write(f'{a} {b}')\n"
        "    arm.record(so=True)"
    )
    probes.add("alone-one", busy, more="alone = true").add("alone-two", busy, more="alone = true").add("beside", busy)
    assert procsem("run", "--probes", probes.folder, "--jobs", 4).returncode == 0
    spans = {file.name: [float(t) for t in file.read_text().split()] for file in tmp_path.glob("*.py*")}
    alone = {name: span for name, span in spans.items() if name.startswith("alone")}
    assert len(alone) >= 2
    for name, (a, b) in alone.items():
        assert [other for other, (c, d) in spans.items() if other != name and c < b and a < d] == []


# ---------------------------------------------------------------- help

IMPORTED = """
import sys
from procsem.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    print(*sys.modules, file=sys.stderr)
"""


def imported_by(*arguments):
    """The modules that a call of procsem imports."""
    done = subprocess.run([sys.executable, "-c", IMPORTED, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def test_help_imports_no_command_and_no_library_but_click():
    modules = imported_by("--help")
    assert "click" in modules, "the modules are those of a call that printed the help"
    assert {name for name in modules if name.partition(".")[0] == "procsem"} == {
        "procsem",
        "procsem.cli",
        "procsem.cli.main",
        "procsem.cli.streams",
        "procsem.errors",
    }
    heavy = {"attr", "attrs", "cattrs", "jinja2", "matplotlib", "packaging", "psutil", "rich"}
    assert not heavy & modules


def test_a_command_does_not_import_what_only_the_pages_need(procsem):
    assert not {"jinja2", "matplotlib"} & imported_by("claims", "daemon")


def test_every_listed_command_exists_and_its_help_begins_with_its_summary():
    for name, summary in COMMANDS.items():
        command = importlib.import_module(f"procsem.cli.commands.{name}").command
        assert command.name == name
        assert command.help.partition("\n\n")[0].replace("\n", " ") == summary


def test_the_program_without_a_command_prints_its_help(procsem):
    alone = procsem()
    assert (alone.returncode, alone.stderr) == (0, "")
    assert alone.stdout == procsem("--help").stdout


# ---------------------------------------------------------------- bad input


def test_usage_errors_are_one_line_each(probes, procsem, tmp_path):
    probes.add("good")
    at = ("--probes", probes.folder)
    one_line(procsem("run", "small/goood", *at), "no claim matches 'small/goood'", "did you mean small/good?")
    one_line(
        procsem("run", "--start-method", "spoon", *at), "'spoon' is not one of 'fork', 'spawn', 'forkserver', 'all'"
    )
    one_line(procsem("run", "--python", "/no/such/python", *at), "/no/such/python")
    one_line(procsem("run", "--jobs", "0", *at), "--jobs")
    one_line(procsem("run", "--repeat", "x", *at), "--repeat")
    one_line(procsem("run", "--nonsense"), "--nonsense")
    one_line(procsem("shw"), "shw")
    one_line(procsem("show", "small/goood", *at), "small/goood")
    one_line(procsem("claims", "nothing*", *at), "nothing*")
    one_line(procsem("run", "--probes", tmp_path / "none"), str(tmp_path / "none"))
    assert not (tmp_path / "procsem-runs").exists() or not list((tmp_path / "procsem-runs").iterdir())


def test_a_start_method_that_the_interpreter_lacks_is_reported(probes, procsem, tmp_path):
    probes.add("good")
    venv.create(tmp_path / "venv", symlinks=sys.platform != "win32")
    (site,) = [path for path in (tmp_path / "venv").rglob("site-packages") if path.is_dir()]
    (site / "sitecustomize.py").write_text(
        "import multiprocessing\nmultiprocessing.get_all_start_methods = lambda: ['spawn']\n", encoding="utf-8"
    )
    (python,) = (tmp_path / "venv").glob("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    lacking = ("--probes", probes.folder, "--python", python)
    one_line(
        procsem("run", "--start-method", "fork", *lacking), "has no start method 'fork'; it has spawn", str(python)
    )
    assert procsem("run", "--start-method", "spawn", *lacking).returncode == 0


def test_faults_of_the_catalogue_are_reported_with_file_and_line(probes, procsem):
    probes.add("good")
    file = probes.topic / "claims.toml"
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace("says", "sayz"), encoding="utf-8")
    for command in (("run",), ("claims",), ("show", "small/good")):
        done = procsem(*command, "--probes", probes.folder)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert done.stderr.splitlines() == [
            f"procsem: {file}:3: [good] sayz: unknown key; did you mean 'says'?",
            f"procsem: {file}:2: [good] says: is missing",
        ]
    file.write_text(whole[: len(whole) // 2], encoding="utf-8")
    done = procsem("run", "--probes", probes.folder)
    assert done.returncode == 2
    assert str(file) in done.stderr


def test_an_output_folder_that_is_a_file_is_reported_before_anything_runs(probes, procsem, tmp_path):
    probes.add("good")
    (tmp_path / "file").write_text("", encoding="utf-8")
    file = tmp_path / "file"
    one_line(procsem("run", "--probes", probes.folder, "--out", file), str(file), "another place")


@pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(os, "geteuid") or os.geteuid() != 0,
    reason="needs root on Linux, to mount a small disk",
)
def test_a_disk_that_is_full_at_the_end_of_a_run_is_reported_after_the_matrix(probes, procsem, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"needs the right to mount a disk: {mounted.stderr.strip()}")
    try:
        (disk / "earlier.json").write_text("{}", encoding="utf-8")
        filler = f"with open({str(disk / 'filler')!r}, 'wb') as f:\n        f.write(bytes(40_000))\n        f.flush()"
        probes.add("filler", f"{filler}\n    arm.record(so=True, long='x' * 40_000)")
        done = procsem("run", "--probes", probes.folder, "--start-method", "spawn", "--out", disk)
        assert re.search(r"(?m)^ +filler +\+ upheld", done.stdout), "the matrix is shown"
        one_line(done, "No space left on device", str(disk), "another place")
        assert sorted(file.name for file in disk.iterdir()) == ["earlier.json", "filler"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# ---------------------------------------------------------------- stopping, piping


@POSIX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_stops_a_run_keeps_the_measured_cells_and_leaves_no_process(probes, tmp_path, number):
    began = tmp_path / "began"
    probes.add("good")
    probes.add(
        "hung", f"open({str(began)!r}, 'w').close(); import threading; threading.Event().wait()", more="alone = true"
    )
    command = [sys.executable, "-m", "procsem", "run", "--probes", str(probes.folder), "--start-method", "spawn"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        try:
            until = time.monotonic() + 60
            while not began.exists():
                assert time.monotonic() < until
                time.sleep(0.01)  # a poll, bounded above
            below = psutil.Process(running.pid).children(recursive=True)
            assert below
            running.send_signal(number)
            printed, _ = running.communicate(timeout=30)
        finally:
            running.kill()
    assert running.returncode == 128 + number, printed
    assert f"stopped by {signal.Signals(number).name}" in printed
    assert "Traceback" not in printed
    run = the_run(tmp_path)
    assert not run.complete
    assert [(cell.claim, cell.verdict) for cell in run.cells] == [("small/good", Verdict.UPHELD)]
    _, alive = psutil.wait_procs(below, timeout=2)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


INTERRUPTED = """
import os, signal, sys
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
from procsem.cli import main
main(sys.argv[2:])
"""


@POSIX
@pytest.mark.parametrize(
    "module",
    ["procsem.cli.main", "click", "click.core", "procsem.cli.commands.report", "attr", "procsem.catalogue", "jinja2"],
)
def test_an_interrupt_while_a_module_is_imported_ends_in_one_line(module, tmp_path):
    # Every module of the command is imported in its first 0.2 s; jinja2 when the page is written.
    (tmp_path / "run.json").write_text(small_run(), encoding="utf-8")
    command = [sys.executable, "-c", INTERRUPTED, module, "report", "run.json", "--html", "page.html"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 130, done.stderr
    assert done.stderr.strip() == "procsem: interrupted"
    assert not (tmp_path / "page.html").exists()


@POSIX
def test_a_pipe_that_is_closed_early_is_no_error(procsem):
    done = subprocess.run(
        f"{sys.executable} -m procsem claims | head -n 1", shell=True, capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""


@POSIX
@pytest.mark.parametrize("arguments", ["claims daemon", "show daemon/no-children", "report no-such-folder"])
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_from_the_start_is_no_error(arguments, closed):
    command = f"{sys.executable} -m procsem {arguments} {closed}"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)
    assert done.returncode == (2 if "report" in arguments else 0), done.stderr
    assert "Traceback" not in done.stderr
    assert "procsem: " not in done.stdout, "a warning does not move to standard output"


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full")
@pytest.mark.parametrize("words", ["claims", "show daemon/no-children", "--version"])
def test_a_full_disk_under_standard_output_is_one_line(words):
    command = f"{sys.executable} -m procsem {words} > /dev/full"
    one_line(
        subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60),
        "cannot write: No space left on device; free some space",
    )


def test_a_file_in_a_folder_that_does_not_exist_is_reported_with_what_helps(procsem, tmp_path):
    (tmp_path / "run.json").write_text(small_run(), encoding="utf-8")
    done = procsem("report", "run.json", "--markdown", tmp_path / "absent" / "page.md")
    one_line(done, "cannot write: No such file or directory; create the folder or choose another place")


def test_the_progress_in_a_pipe_is_one_line_per_cell_without_escape_sequences(probes, procsem):
    probes.add("good")
    done = procsem("run", "--probes", probes.folder, "--start-method", "spawn")
    assert "\x1b" not in done.stdout
    assert re.search(r"(?m)^\[1/1\] small/good under spawn: upheld \(\d", done.stdout)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_every_command_can_print_in_every_encoding(probes, procsem, tmp_path, bench_run, encoding):
    title = "守护进程 ✓ é"
    probes.add("good").add("bad", f"print({title!r}.encode('utf-8', 'replace')); arm.record(so=False)")
    (probes.folder / "document.toml").write_text(
        f'title = "{title}"\naddress = "https://example.org"\ntopics = ["small"]\n', encoding="utf-8"
    )
    claims = probes.topic / "claims.toml"
    claims.write_text(claims.read_text(encoding="utf-8").replace("It is so.", f"It is {title}."), encoding="utf-8")
    (tmp_path / "bench.json").write_text(json.dumps(bench_run()), encoding="utf-8")
    commands = [
        ("run", "--start-method", "spawn", "--out", "runs"),
        ("claims",),
        ("show", "small/good", "runs"),
        ("report", "runs"),
        ("report", "runs", "--annotations", "--html", f"{title}.html", "--markdown", "summary.md"),
        ("compare", "runs", "runs"),
        ("history", "small/good", "runs"),
        ("show", title),
        ("claims", "good", title),
        ("claims", "good", "--json"),
    ]
    (tmp_path / "error.txt").write_text(f"ValueError: {title}\n", encoding="utf-8")
    for command in (*commands, ("bench", "bench.json"), ("explain", "error.txt"), ("--help",)):
        at = ("--probes", probes.folder) if command in commands else ()
        done = procsem(*command, *at, env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}, encoding=encoding)
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        status = {"run": 1, "explain": 1, "show": 2 if title in command else 0}.get(command[0], 0)
        assert done.returncode == status, (command, done.stderr)
        shown = title.encode(encoding, "backslashreplace").decode(encoding)
        if "--json" in command:
            assert any(title in claim["says"] for claim in json.loads(done.stdout))
        elif command[0] in ("claims", "show"):
            assert shown in done.stdout + done.stderr


def on_terminal(columns, command, cwd):
    """Run a command on a terminal of this width; returns its exit code and what it printed."""
    pty, termios, fcntl = (importlib.import_module(name) for name in ("pty", "termios", "fcntl"))
    main, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    env = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    env = {**env, "TERM": "xterm", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    printed = bytearray()
    with subprocess.Popen(
        [sys.executable, "-m", "procsem", *map(str, command)], cwd=cwd, env=env, stdin=other, stdout=other, stderr=other
    ) as running:
        os.close(other)
        with contextlib.suppress(OSError):  # EIO when the last process has closed the terminal
            while block := os.read(main, 65536):
                printed += block
    os.close(main)
    return running.returncode, re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", printed.decode()).replace("\r\n", "\n")


@POSIX
def test_on_a_narrow_terminal_text_is_wrapped_but_no_command_path_or_address_is_broken(probes, tmp_path):
    because = "It is so for a reason that takes many words to tell. " * 3
    address = "https://example.org/" + "a-long-address/" * 5
    rule = f'[[{{name}}.expect]]\nverdict = "upheld"\nbecause = "{because}"\nsee = "{address}"\n'
    probes.add("bad", "arm.record(so=False)", rule=rule)
    at = ("--probes", probes.folder)
    status, shown = on_terminal(40, ("show", "small/bad", *at), tmp_path)
    assert (status, address in shown) == (0, True), shown
    whole = (address, str(probes.topic), "procsem run small/bad")
    assert all(len(line) <= 40 for line in shown.splitlines() if not any(each in line for each in whole)), shown
    assert "takes many" in shown.replace("\n", " ").replace("    ", "")
    status, shown = on_terminal(40, ("run", "--start-method", "spawn", *at), tmp_path)
    assert status == 1
    assert f"procsem run small/bad --start-method spawn --probes {probes.folder}" in shown
    assert f"{probes.topic / 'bad.py'} experiment control --start-method spawn" in shown


@POSIX
def test_the_letters_of_the_start_methods_are_explained_where_they_are_used(probes, procsem, tmp_path):
    probes.add("good")
    procsem("run", "--probes", probes.folder, "--out", "runs")
    procsem("run", "--probes", probes.folder, "--out", "runs", "-O")
    shown = procsem("report", "runs", "--probes", probes.folder).stdout
    assert re.search(r"(?m)^f fork, s spawn, k forkserver *$", shown), shown


def test_show_says_on_which_systems_each_rule_was_measured(probes, procsem, tmp_path):
    probes.add("good")
    show = ("show", "small/good", "--probes", probes.folder)
    assert "measured" not in procsem(*show).stdout, "there are no runs to look at"
    procsem("run", "--probes", probes.folder, "--start-method", "spawn")
    assert "(measured on " in procsem(*show).stdout, "show uses the result files in procsem-runs"
    one_line(procsem("show", "small/good", "nowhere", "--probes", probes.folder), "nowhere")


def test_the_built_in_catalogue_can_be_listed_and_shown(procsem):
    listed = procsem("claims")
    assert listed.returncode == 0, listed.stderr
    assert "no-children" in listed.stdout
    shown = procsem("show", "daemon/no-children")
    assert shown.returncode == 0, shown.stderr
    for word in ("upheld in general", "without assertions (python -O)", "no_children.py", "https://"):
        assert word in shown.stdout


def test_the_coverage_counts_every_claim_once(procsem):
    lines = procsem("claims").stdout.splitlines()
    total = next(int(line.split()[0]) for line in lines if " claims in " in line)
    rows = [line.split() for line in lines[lines.index(next(n for n in lines if n.startswith("Coverage"))) + 2 :]]
    assert [row[0] for row in rows][-3:] == ["the", "beyond", "all"]
    assert sum(int(row[-1]) for row in rows[:-1]) == int(rows[-1][-1]) == total
    assert all(row[-3] == row[-2] for row in rows), "every statement is tested"


def test_the_coverage_shows_untested_statements_and_claims_in_no_row(probes, procsem):
    probes.add("good")
    probes.add("other")
    (probes.folder / "checklist.toml").write_text(
        '[small]\ngood = { line = 1, says = "s" }\nmore = { line = 2, says = "s", claims = ["good", "gone"] }\n'
    )
    lines = procsem("claims", "--probes", probes.folder).stdout.splitlines()
    assert [line.split() for line in lines[-3:]] == [["2", "1", "1"], ["in", "no", "row", "1"], ["all", "2", "1", "2"]]


def test_claims_are_found_by_words(procsem):
    done = procsem("claims", "lamda", "target")
    assert done.stdout.splitlines()[0].split()[0] == "start-methods/lambda-or-local-function-as-target"
    (first, *_) = json.loads(procsem("claims", "zombie", "--json").stdout)
    assert "zombie" in first["id"]
    one_line(procsem("claims", "xyzzy"), "xyzzy")


def test_a_negative_exit_code_is_a_word_and_no_option(procsem):
    assert procsem("claims", "exit", "code", "-11").stdout == procsem("claims", "exit", "code", "11").stdout
    assert procsem("claims", "-x").returncode == 2


def test_show_lists_the_claims_of_a_topic_and_helps_with_an_unknown_id(procsem):
    listed = procsem("show", "pools")
    assert listed.returncode == 0, listed.stderr
    assert all(line.startswith("  pools/") for line in listed.stdout.splitlines()[:-1])
    assert listed.stdout.splitlines()[-1].endswith("procsem show ID explains one")
    one_line(procsem("show", "pool-worker-killed"), "did you mean start-methods/pool-loses-task-of-killed-worker")


EFFECT = 'effect = { upheld = "breaks", refuted = "works" }\nno_remedy = "There is none."'


def test_show_says_what_a_verdict_means_for_a_program(probes, procsem):
    probes.add("good", more=EFFECT)
    shown = procsem("show", "small/good", "--probes", probes.folder).stdout
    assert "code like this breaks" in shown


def test_a_run_of_one_claim_ends_with_its_conclusion(probes, procsem):
    probes.add("good", more=EFFECT)
    options = ("--probes", probes.folder, "--start-method", "spawn")
    shown = procsem("run", "small/good", *options).stdout
    assert shown.count("here    code like this breaks under spawn") == 1
    assert shown.index("+ upheld") < shown.index("says    It is so.") < shown.index("it is so\n")
    assert "no fix  There is none." in shown
    probes.add("other")
    shown = procsem("run", *options).stdout
    assert "code like this" not in shown, "a run of several claims is only the matrix"


@pytest.mark.parametrize(
    ("words", "offered", "not_offered"),
    [
        (["show", ""], {"daemon", "pools"}, {"daemon/no-children"}),
        (["show", "daemon/no"], {"daemon/no-children"}, {"daemon"}),
        (["run", "listin"], {"listings", "listings/daemon"}, set()),
        (["run", "--start-method", "fork"], {"fork", "forkserver"}, {"spawn"}),
        (["run", "--probes", "nowhere", "dae"], set(), {"daemon"}),
        (["claims", "state/g"], {"state/global-set-at-run-time"}, set()),
        (["suggest", "state/g"], {"state/global-set-at-run-time"}, set()),
    ],
)
def test_a_shell_completes_ids_topics_and_start_methods(words, offered, not_offered, procsem):
    env = {
        "_PROCSEM_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(["procsem", *words]),
        "COMP_CWORD": str(len(words)),
    }
    done = procsem(env=env)
    found = {line.partition(",")[2] for line in done.stdout.splitlines()}
    assert offered <= found, done.stderr
    assert not found & not_offered
