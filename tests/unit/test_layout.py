"""Who may import whom: the map in CONTRIBUTING.md, kept."""

import ast
import re
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
HARNESS = REPOSITORY / "harness" / "procsem"

MAY_IMPORT = {
    "errors": set(),
    "model": set(),
    "judge": {"model"},
    "explain": {"model"},
    "catalogue": {"model"},
    "environment": {"model"},
    "results": {"model"},
    "containment": set(),
    "runner": {"model", "judge", "environment", "containment"},
    "bench": {"model", "judge", "catalogue", "environment", "results", "views"},
    "check": {"environment", "containment", "views"},
    "views": {"model", "results", "bench", "explain"},
    "cli": {
        "explain",
        "__init__",
        "model",
        "judge",
        "catalogue",
        "environment",
        "results",
        "containment",
        "runner",
        "check",
        "views",
        "bench",
    },
    "pytest_plugin": {"model", "judge", "catalogue", "environment", "results", "containment", "runner", "views"},
    "__main__": {"cli"},
    "__init__": set(),
}
MAY_BRANCH_ON_PLATFORM = {"environment", "containment", "bench", "check"}
# Words that depend on the shell or the console of the system, not decisions about processes.
BRANCHES_KNOWN = {
    "runner/schedule.py",
    "runner/scratch.py",
    "runner/leaks.py",
    "views/formatting.py",
    "bench/measure/machine.py",
    "bench/measure/parents.py",
}


def room(file):
    return file.relative_to(HARNESS).parts[0].removesuffix(".py")


def imports(source):
    """The rooms that a module imports, wherever in it, and the outside packages."""
    rooms, others = set(), set()
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which room is meant"
            names = [f"{node.module}.{alias.name}" if node.module == "procsem" else node.module for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "procsem":
                rooms.add(parts[1] if len(parts) > 1 else "__init__")
            else:
                others.add(parts[0])
    return rooms, others


@pytest.mark.parametrize("file", sorted(HARNESS.rglob("*.py")), ids=lambda file: str(file.relative_to(HARNESS)))
def test_a_room_imports_only_what_it_may(file):
    rooms, others = imports(file.read_text(encoding="utf-8"))
    assert rooms - {room(file), "errors"} <= MAY_IMPORT[room(file)]
    assert "probes" not in others, "the harness never imports a probe"


def test_every_room_has_a_rule_and_every_rule_a_room():
    assert {room(file) for file in HARNESS.rglob("*.py")} == set(MAY_IMPORT)


def test_the_check_sees_every_kind_of_import():
    source = (
        "from procsem import store\nimport procsem.cli\n"
        "def f():\n    from procsem.views.formatting import tally\nimport probes._kit\n"
    )
    assert imports(source) == ({"store", "cli", "views"}, {"probes"})


@pytest.mark.parametrize("file", sorted(HARNESS.rglob("*.py")), ids=lambda file: str(file.relative_to(HARNESS)))
def test_branches_on_the_platform_live_where_they_may(file):
    branches = re.search(r"sys\.platform|os\.name\b|platform\.system", file.read_text(encoding="utf-8"))
    allowed = room(file) in MAY_BRANCH_ON_PLATFORM or file.relative_to(HARNESS).as_posix() in BRANCHES_KNOWN
    assert allowed or not branches


@pytest.mark.parametrize(
    "file", sorted((REPOSITORY / "probes").rglob("*.py")), ids=lambda file: str(file.relative_to(REPOSITORY))
)
def test_a_probe_needs_the_standard_library_alone(file):
    _, others = imports(file.read_text(encoding="utf-8"))
    beside = {module.stem for module in file.parent.glob("*.py")}
    assert others - beside - {"_kit", "psutil"} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    "file", sorted((REPOSITORY / "probes").glob("[!_]*/*.py")), ids=lambda file: str(file.relative_to(REPOSITORY))
)
def test_no_probe_hides_a_module_of_the_standard_library(file):
    assert file.stem not in sys.stdlib_module_names, "its folder is on sys.path, so it would be imported in its place"


# Scripts for any interpreter, most of which have no procsem.
STANDALONE = HARNESS / "bench" / "measure" / "minimal"


def exceptions(source):
    """The exception classes that a module defines, each with its bases."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
            if any(base.endswith(("Error", "Exception")) for base in bases):
                yield node.name, bases


def test_every_exception_is_named_error_and_derives_from_the_base_class():
    ours = {
        name: bases
        for file in HARNESS.rglob("*.py")
        if STANDALONE not in file.parents
        for name, bases in exceptions(file.read_text(encoding="utf-8"))
    }
    assert ours.pop("ProcsemError") == {"Exception"}
    assert ours, "the search finds exception classes"
    for name, bases in ours.items():
        assert name.endswith("Error"), name
        assert bases <= {"ProcsemError", *ours}, f"{name} derives from {bases}"
