"""The commands that write claims: ``procsem new`` and ``procsem suggest``."""

import re

import pytest


@pytest.mark.parametrize(
    "method", ["spawn", pytest.param("fork", marks=pytest.mark.skipif("sys.platform == 'win32'", reason="needs fork"))]
)
def test_a_new_claim_loads_runs_and_is_upheld_and_its_control_flips(procsem, tmp_path, method):
    made = procsem("new", "daemon/may-be-joined", "--probes", "mine")
    assert (made.returncode, made.stderr) == (0, "")
    written = [line.removeprefix("wrote ") for line in made.stdout.splitlines() if line.startswith("wrote ")]
    mine = tmp_path / "mine"
    assert written == [
        str(mine / "daemon" / "may_be_joined.py"),
        str(mine / "daemon" / "claims.toml"),
        str(mine / "beyond.toml"),
    ]
    done = procsem("run", "daemon/may-be-joined", "--probes", "mine", "--start-method", method)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 cell: 1 upheld; all as expected" in done.stdout
    # Without the mechanism the experiment is the control: its claim is then refuted, by what the control shows.
    probe = mine / "daemon" / "may_be_joined.py"
    text = probe.read_text(encoding="utf-8")
    without = text.replace('arm.expect("child").leave(7)\n    process.join()', 'arm.expect("child")')
    assert without != text
    probe.write_text(without, encoding="utf-8")
    done = procsem("run", "daemon/may-be-joined", "--probes", "mine", "--start-method", method)
    assert "1 cell: 1 refuted; 1 not as expected" in done.stdout
    assert "exit_code: predicted 7, saw none" in done.stdout


def test_new_refuses_to_replace_anything(procsem, tmp_path):
    assert procsem("new", "daemon/first", "--probes", "mine").returncode == 0
    before = {file: file.read_bytes() for file in (tmp_path / "mine").rglob("*") if file.is_file()}
    again = procsem("new", "daemon/first", "--probes", "mine")
    assert again.returncode == 2
    assert re.fullmatch(r"procsem: .*first\.py: exists already; choose another name\n", again.stderr)
    assert {file: file.read_bytes() for file in (tmp_path / "mine").rglob("*") if file.is_file()} == before
    assert procsem("new", "daemon/second", "--probes", "mine").returncode == 0
    assert "2 claims in 1 topic" in procsem("claims", "--probes", "mine").stdout


def test_a_suggested_rule_makes_the_measured_run_as_expected(probes, procsem, tmp_path):
    probes.add("bad", "arm.record(so=None)")
    run = ["run", "--probes", probes.folder, "--start-method", "spawn"]
    assert procsem(*run).returncode == 1
    suggested = procsem("suggest", "small/bad", "procsem-runs", "--probes", probes.folder)
    assert (suggested.returncode, suggested.stderr) == (0, "")
    assert "observes = { so = { none = true } }" in suggested.stdout
    with (probes.topic / "claims.toml").open("a", encoding="utf-8") as file:
        file.write(suggested.stdout)
    done = procsem(*run)
    assert done.returncode == 2, "the reason and the sources are left to fill in"
    assert [line.rpartition("] ")[2] for line in done.stderr.splitlines()] == [
        "expect[1].because: is empty",
        "expect[1].see: is empty; name at least one source",
    ]
    filled = (probes.topic / "claims.toml").read_text(encoding="utf-8")
    filled = filled.replace('because = "" ', 'because = "it lost it"').replace("see = [] ", 'see = "man:fork(2)"')
    (probes.topic / "claims.toml").write_text(filled, encoding="utf-8")
    done = procsem(*run)
    assert (done.returncode, "1 refuted; all as expected" in done.stdout) == (0, True), done.stdout + done.stderr
    newest = max((tmp_path / "procsem-runs").iterdir(), key=lambda file: file.stat().st_mtime_ns)
    assert procsem("suggest", "small/bad", newest, "--probes", probes.folder).stdout == (
        "# small/bad needs no rule: all of its cells are as expected.\n"
    )


def test_suggest_reports_what_no_rule_can_expect(probes, procsem):
    probes.add("crashes", "sys.exit(3)")
    assert procsem("run", "--probes", probes.folder, "--start-method", "spawn").returncode == 1
    suggested = procsem("suggest", "small/crashes", "procsem-runs", "--probes", probes.folder)
    assert suggested.returncode == 0
    assert re.match(r"# No rule can expect .* under spawn: broken, .*\n$", suggested.stdout), suggested.stdout
    other = procsem("suggest", "small", "none.json", "--probes", probes.folder)
    assert other.returncode == 2
    assert "none.json" in other.stderr
