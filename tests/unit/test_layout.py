"""The layout that CONTRIBUTING.md describes: which package imports which, and where code depends on the platform."""

import ast
import re
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
HARNESS = REPOSITORY / "harness" / "procsem"
PROBES = REPOSITORY / "probes"
MODULES = sorted(HARNESS.rglob("*.py"))
CONTRIBUTING = REPOSITORY / "CONTRIBUTING.md"

# Every package may also import `errors` and `exit_status`, and the version in `procsem` itself.
BASIC = {"errors", "exit_status", "__init__"}
MAY_IMPORT = {
    "model": set(),
    "judge": {"model"},
    "explain": {"model"},
    "search": {"model"},
    "catalogue": {"model", "search"},
    "environment": {"model"},
    "results": {"model"},
    "containment": set(),
    "runner": {"model", "judge", "environment", "containment"},
    "bench": {"model", "judge", "catalogue", "environment"},
    "check": {"model", "environment", "containment", "views"},
    "views": {"model", "results", "search", "explain", "bench"},
    "cli": {
        *{"model", "search", "explain", "catalogue", "environment", "results", "runner"},
        *{"check", "views", "bench"},
    },
    "pytest_plugin": {"model", "catalogue", "environment", "runner", "views"},
    "errors": set(),
    "exit_status": set(),
    "__main__": {"cli"},
    "__init__": set(),
}

# What measures, contains and records processes differs by platform.
DEPEND_ON_PLATFORM = {"environment", "containment", "bench", "check"}
# These modules adapt to the system's shell, file system or console, and decide nothing about processes.
EXCEPTIONS = {"runner/schedule.py", "runner/scratch.py", "runner/leaks.py", "views/formatting.py"}

# Scripts for any interpreter, most of which have no procsem.
STANDALONE = (HARNESS / "bench" / "measure" / "minimal", HARNESS / "check" / "recorder")


def name_of(file):
    return file.relative_to(HARNESS).as_posix()


def package(file):
    """Return the package or module of procsem to which a file belongs."""
    return file.relative_to(HARNESS).parts[0].removesuffix(".py")


def imports(source):
    """Return the packages of procsem that a module imports anywhere in it, and the other packages."""
    ours, others = set(), set()
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import hides which package is meant"
            names = [f"{node.module}.{alias.name}" if node.module == "procsem" else node.module for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "procsem":
                ours.add(parts[1] if len(parts) > 1 else "__init__")
            else:
                others.add(parts[0])
    return ours, others


def branches_on_platform(source):
    return bool(re.search(r"sys\.platform|os\.name\b|platform\.system", source))


def read(file):
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_a_module_imports_only_what_its_package_may(file):
    ours, others = imports(read(file))
    assert ours - {package(file), *BASIC} <= MAY_IMPORT[package(file)]
    assert "probes" not in others, "the harness never imports a probe"


def test_every_package_has_a_rule_and_every_rule_a_package():
    assert {package(file) for file in MODULES} == set(MAY_IMPORT)


def test_contributing_lists_what_each_package_may_import():
    listed = dict(re.findall(r"(?m)^\| `harness/procsem/(\w+)(?:\.py)?` \| .* \| (.*) \|$", read(CONTRIBUTING)))
    front_ends = {"cli", "pytest_plugin", "__main__"}
    assert set(listed) == set(MAY_IMPORT) - front_ends - BASIC
    assert {name: set(words.split(", ")) - {"nothing of ours"} for name, words in listed.items()} == {
        name: MAY_IMPORT[name] for name in listed
    }


def test_contributing_lists_every_folder_of_tests():
    folders = {folder.name for folder in (REPOSITORY / "tests").iterdir() if any(folder.rglob("test_*.py"))}
    assert set(re.findall(r"(?m)^\| `tests/(\w+)` \|", read(CONTRIBUTING))) == folders


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_every_permission_is_used(name):
    used = set().union(*(imports(read(file))[0] for file in MODULES if package(file) == name))
    assert not MAY_IMPORT[name] - used, "delete what is not imported any more"


def test_no_packages_import_each_other_in_a_circle():
    def reachable(name, seen):
        for other in MAY_IMPORT[name] - seen:
            seen.add(other)
            reachable(other, seen)
        return seen

    assert not {name for name in MAY_IMPORT if name in reachable(name, set())}


def test_the_check_sees_every_kind_of_import():
    source = (
        "from procsem import store\nimport procsem.cli\nfrom procsem import __version__\n"
        "def f():\n    from procsem.views.formatting import tally\nimport probes._kit\n"
    )
    assert imports(source) == ({"store", "cli", "__version__", "views"}, {"probes"})


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_only_some_packages_depend_on_the_platform(file):
    if package(file) not in DEPEND_ON_PLATFORM:
        assert branches_on_platform(read(file)) == (name_of(file) in EXCEPTIONS)


def test_every_exception_to_that_is_a_module():
    assert not EXCEPTIONS - {name_of(file) for file in MODULES}
    assert {name.partition("/")[0] for name in EXCEPTIONS}.isdisjoint(DEPEND_ON_PLATFORM)
    for name in DEPEND_ON_PLATFORM:
        assert any(branches_on_platform(read(file)) for file in MODULES if package(file) == name), name


@pytest.mark.parametrize("file", sorted(PROBES.rglob("*.py")), ids=lambda file: str(file.relative_to(PROBES)))
def test_a_probe_needs_only_the_standard_library(file):
    _, others = imports(read(file))
    beside = {module.stem for module in file.parent.glob("*.py")}
    assert others - beside - {"_kit", "psutil"} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("file", sorted(PROBES.glob("[!_]*/*.py")), ids=lambda file: str(file.relative_to(PROBES)))
def test_no_probe_hides_a_module_of_the_standard_library(file):
    # The folder of a script is the first on sys.path.
    assert file.stem not in sys.stdlib_module_names


@pytest.mark.parametrize("folder", sorted(PROBES.glob("[!_]*/")), ids=lambda folder: folder.name)
def test_no_topic_hides_a_module_of_the_standard_library(folder):
    # Probes put the folder of the topics first on sys.path, for _kit. A folder without __init__.py is imported only if
    # nothing else has its name, so `queue` and `multiprocessing` can be topics.
    assert not (folder / "__init__.py").exists()
    assert folder.name not in sys.stdlib_module_names - {"multiprocessing", "queue"}


def exceptions(source):
    """Yield the exception classes that a module defines, each with the names of its bases."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
            if any(base.endswith(("Error", "Exception")) for base in bases):
                yield node.name, bases


def test_every_exception_is_named_error_and_derives_from_the_base_class():
    ours = {
        name: bases
        for file in MODULES
        if not any(folder in file.parents for folder in STANDALONE)
        for name, bases in exceptions(read(file))
    }
    assert ours.pop("ProcsemError") == {"Exception"}
    assert ours, "the search finds exception classes"
    for name, bases in ours.items():
        assert name.endswith("Error"), name
        assert bases <= {"ProcsemError", *ours}, f"{name} derives from {bases}"
