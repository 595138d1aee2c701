"""Probes import everything from ``_kit``, and a name costs only the modules that it needs."""

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "probes"))

import _kit

PROBES = Path(__file__).resolve().parents[3] / "probes"


def loaded_after(statement):
    """Return the kit's modules that are loaded after this statement in a new interpreter."""
    code = f"import sys; sys.path.insert(0, {str(PROBES)!r}); {statement}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name for name in done.stdout.split() if name.split(".")[0] == "_kit"}


@pytest.mark.parametrize("name", _kit.__all__)
def test_every_name_can_be_imported(name):
    assert getattr(_kit, name) is not None


def test_a_name_that_does_not_exist_is_an_import_error():
    with pytest.raises(ImportError, match="cannot import name 'no_such_name' from '_kit'"):
        from _kit import no_such_name  # noqa: F401


def test_a_child_loads_only_the_check_in():
    statement = "from _kit import QUIET_TIME, TIMEOUT, PeerError, check_in, main, stay"
    assert loaded_after(statement) == {"_kit", "_kit.checkin"}


def test_a_name_loads_its_own_module():
    assert loaded_after("from _kit import table") - loaded_after("import _kit") == {"_kit.system", "_kit.system.table"}
    assert "_kit.system.trace" not in loaded_after("from _kit import suspend")
