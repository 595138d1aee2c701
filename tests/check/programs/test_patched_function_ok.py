"""The pool's initializer replaces the function in the worker too."""

import multiprocessing
import platform


def machine():
    return platform.node()


def replace():
    platform.node = str


def test_machine_in_a_worker(monkeypatch):
    monkeypatch.setattr(platform, "node", str)
    with multiprocessing.Pool(1, replace) as pool:
        assert pool.apply(machine) == ""


def test_child_by_name():
    child = multiprocessing.Process(target=machine)
    child.start()
    child.join()
    assert child.exitcode == 0
