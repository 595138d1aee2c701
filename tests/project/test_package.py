"""The wheel and the sdist: each is complete, works in an empty environment, and does not disturb other projects."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from email import message_from_bytes
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest
from filelock import FileLock

import procsem
from procsem import results

REPOSITORY = Path(__file__).resolve().parents[2]
CLAIM = "daemon/no-children"
PYTHON = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"


@pytest.fixture(scope="session")
def once(request, tmp_path_factory):
    """Make a folder once for all the workers of pytest-xdist: the first one makes it, and the others wait."""
    workers = tmp_path_factory.getbasetemp()
    shared = workers.parent if hasattr(request.config, "workerinput") else workers

    def once(name, make):
        folder, done = shared / name, shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                make(folder)
                done.touch()
        return folder

    return once


@pytest.fixture(scope="session")
def dist(request, once):
    """The folder with the wheel and the sdist; the wheel is built from the sdist."""

    def build(folder):
        subprocess.run([sys.executable, "-m", "build", "--outdir", folder, REPOSITORY], check=True, timeout=600)
        wanted = request.config.getoption("--dist-dir")
        if wanted is not None:
            shutil.rmtree(wanted, ignore_errors=True)
            shutil.copytree(folder, wanted)

    return once("dist", build)


@pytest.fixture(scope="session")
def wheel(dist):
    (wheel,) = dist.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def sdist(dist):
    (sdist,) = dist.glob("*.tar.gz")
    return sdist


@pytest.fixture(scope="session")
def unpacked(sdist, tmp_path_factory):
    """The only folder in the sdist."""
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (top,) = folder.iterdir()
    return top


class Installed:
    """An environment in which only procsem and what it depends on are installed."""

    def __init__(self, folder):
        self.python = folder / PYTHON

    def run(self, *arguments, cwd):
        """Run that Python, away from the checkout."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return subprocess.run(
            [self.python, *map(str, arguments)],
            cwd=cwd,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            env={**env, "PYTHONIOENCODING": "utf-8"},
        )


def install(requirement, folder):
    venv.create(folder, symlinks=sys.platform != "win32", clear=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", folder / PYTHON, "install", "-q"]
    subprocess.run([*pip, requirement], check=True, timeout=600)


@pytest.fixture(scope="session")
def from_wheel(wheel, once):
    """An environment with the wheel and its extra for pytest."""
    return Installed(once("from-wheel", partial(install, f"{wheel}[pytest]")))


@pytest.fixture(scope="session")
def from_sdist(sdist, once):
    return Installed(once("from-sdist", partial(install, sdist)))


@pytest.fixture(params=["from_wheel", "from_sdist"])
def installed(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session", autouse=True)
def pip():
    if find_spec("pip") is None:
        pytest.skip("needs pip in this Python, to install the wheel")


def tracked():
    """The files of the repository; skips in an unpacked sdist, which is not one."""
    if not (REPOSITORY / ".git").exists() or shutil.which("git") is None:
        pytest.skip("needs git and a checkout, to know which files belong to the project")
    command = ["git", "-c", f"safe.directory={REPOSITORY}", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, encoding="utf-8", check=True)
    return {name for name in listed.stdout.split("\0") if name and (REPOSITORY / name).is_file()}


def test_the_wheel_has_procsem_and_nothing_else_at_its_top_level(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.partition("/")[0] for name in names} == {"procsem", f"procsem-{procsem.__version__}.dist-info"}
    assert {"procsem/py.typed", "procsem/probes/daemon/claims.toml", "procsem/probes/_kit/__init__.py"} <= set(names)
    assert not [name for name in names if "__pycache__" in name]


def test_the_wheel_has_every_file_of_the_package_and_of_the_probes(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    package = {name.removeprefix("harness/") for name in tracked() if name.startswith("harness/procsem/")}
    probes = {f"procsem/{name}" for name in tracked() if name.startswith("probes/")}
    assert package | probes == {name for name in names if name.startswith("procsem/")}


def test_the_sdist_has_every_file_of_the_repository(unpacked):
    files = {file.relative_to(unpacked).as_posix() for file in unpacked.rglob("*") if file.is_file()}
    assert tracked() - files == set()
    assert not [name for name in files if re.search(r"__pycache__|^\.(tox|venv|git)/|^procsem-runs/", name)]


def test_tests_run_in_the_unpacked_sdist(unpacked):
    env = {**os.environ, "PYTHONPATH": str(unpacked / "harness")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/unit/model", "tests/unit/catalogue"],
        cwd=unpacked,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        env=env,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_the_metadata_is_complete_and_pypi_can_show_the_readme(dist, wheel):
    check = [sys.executable, "-m", "twine", "check", "--strict", *sorted(dist.iterdir())]
    done = subprocess.run(check, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = message_from_bytes(archive.read(name))
    assert metadata["Name"] == "procsem"
    assert metadata["Version"] == procsem.__version__
    assert metadata["License-Expression"] == "MIT"
    urls = {entry.partition(",")[0] for entry in metadata.get_all("Project-URL")}
    assert {"Homepage", "Documentation", "Changelog", "Issues"} <= urls


def test_the_tag_of_a_release_is_its_version(request):
    tag = request.config.getoption("--release-tag")
    assert tag in (None, f"v{procsem.__version__}")


def test_an_installed_procsem_works_away_from_a_checkout(installed, tmp_path):
    where = installed.run("-c", "import procsem; print(procsem.__version__, procsem.__file__)", cwd=tmp_path)
    version, _, path = where.stdout.strip().partition(" ")
    assert version == procsem.__version__
    assert Path(path).is_relative_to(installed.python.parent.parent), "it must not be the checkout that is imported"
    assert f"{procsem.__version__}" in installed.run("-m", "procsem", "--version", cwd=tmp_path).stdout
    script = shutil.which("procsem", path=str(installed.python.parent))
    done = subprocess.run(
        [script, "run", CLAIM, "--out", "runs"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = (tmp_path / "runs").iterdir()
    (run,) = results.read_all(file)
    assert {(cell.claim, cell.start_method, cell.verdict) for cell in run.cells} == {
        (CLAIM, method, "upheld") for method in run.environment.start_methods
    }
    shown = installed.run("-m", "procsem", "show", CLAIM, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert str(installed.python.parent.parent) in shown.stdout, "the probe that it names must be the installed one"


def test_procsem_does_not_disturb_a_project_with_folders_and_files_of_the_same_names(from_wheel, tmp_path):
    for folder in ("harness", "probes", "tests"):
        (tmp_path / folder).mkdir()
    (tmp_path / "harness" / "__init__.py").write_text("OWN = 'harness'\n")
    (tmp_path / "probes" / "__init__.py").write_text("OWN = 'probes'\n")
    (tmp_path / "claims.toml").write_text("this is = 'a claim of an insurance'\n")
    (tmp_path / "probes" / "claims.toml").write_text("[not-a-claim]\n")
    (tmp_path / "conftest.py").write_text(
        "def pytest_addoption(parser):\n    parser.addoption('--start-method')\n    parser.addoption('--python')\n"
    )
    (tmp_path / "tests" / "test_own.py").write_text(
        "import harness, probes\n"
        "def test_own(request):\n"
        "    assert (harness.OWN, probes.OWN) == ('harness', 'probes')\n"
        "    assert request.config.getoption('--python') == 'their own'\n"
    )
    done = from_wheel.run("-m", "pytest", "--junitxml=junit.xml", "--python=their own", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    cases = [case.get("name") for case in ElementTree.parse(tmp_path / "junit.xml").iter("testcase")]
    assert cases == ["test_own"]
    assert "plugins: " not in done.stdout
    run = from_wheel.run("-m", "procsem", "run", CLAIM, "--start-method", "spawn", cwd=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 cell: 1 upheld; all as expected" in run.stdout


def test_benchmarks_are_measured_without_a_checkout(installed, measure_little, tmp_path):
    done = installed.run(*measure_little(), cwd=tmp_path)
    assert done.returncode in (0, 1), done.stderr  # 1 if this machine is too busy for a claim about sleep
    assert done.stdout.startswith("wrote bench.json\n")
    shown = installed.run("-m", "procsem", "bench", "bench.json", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "Growth with descriptors" in shown.stdout
