"""A test replaces a function with monkeypatch, and a worker of its pool calls the real one."""

import multiprocessing
import platform


def machine():
    return platform.node()


def test_machine_in_a_worker(monkeypatch):
    monkeypatch.setattr(platform, "node", str)  # cause: state-not-inherited under spawn, forkserver
    with multiprocessing.Pool(1) as pool:
        assert pool.apply(machine) == ""


def test_machine_here(monkeypatch):
    monkeypatch.setattr(platform, "node", str)
    assert machine() == ""
