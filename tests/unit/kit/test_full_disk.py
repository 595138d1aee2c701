"""A probe fails if its processes cannot write, for example because the disk is full: an empty file proves nothing."""

from __future__ import annotations

import errno
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs limits of resources", allow_module_level=True)

import resource

PROBES = Path(__file__).parents[3] / "probes"


def with_tiny_files() -> None:
    """Let writes to files fail in this process and its children, but not the 4 bytes of tempfile's trial."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4, 4))


@pytest.mark.parametrize("arm", ["opened_at_top_level", "program_alone", "append_in_each"])
def test_a_program_that_cannot_write_to_its_file_is_no_observation(arm, tmp_path):
    probe = PROBES / "state" / "file_written_by_child.py"
    done = subprocess.run(
        [sys.executable, probe, arm, "--start-method", "forkserver"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=with_tiny_files,
    )
    assert done.returncode != 0
    assert os.strerror(errno.EFBIG) in done.stdout + done.stderr


def test_an_exit_handler_that_cannot_write_leaves_no_log_to_count(tmp_path, monkeypatch):
    log = tmp_path / "log"
    log.touch()
    probe = runpy.run_path(str(PROBES / "start-methods" / "preloaded_exit_handlers.py"))
    module: dict[str, object] = {}
    monkeypatch.setattr("atexit.register", lambda function: None)
    exec(probe["MODULE"].format(log=str(log)), module)

    def fail(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "write", fail)
        with pytest.raises(OSError, match="No space"):
            module["clean_up"]()
    assert not log.exists()
