"""The watch on the free space of a disk."""

import shutil
import threading
import time
from collections import namedtuple

import pytest

from procsem.runner import disk_space
from procsem.runner.disk_space import SMALLEST, DiskWatch

Usage = namedtuple("Usage", "free")


@pytest.fixture
def make_watch():
    watches = []

    def make(*arguments):
        watches.append(DiskWatch(*arguments))
        return watches[-1]

    yield make
    for watch in watches:
        watch.close()


def test_a_disk_with_less_than_the_smallest_space_is_full(make_watch, tmp_path):
    began = time.monotonic()
    assert not make_watch(tmp_path).was_full_since(began)
    assert make_watch(tmp_path, shutil.disk_usage(tmp_path).total + 1).was_full_since(began)


def test_a_disk_that_has_space_again_was_full(make_watch, tmp_path, monkeypatch):
    free, looked = [2 * SMALLEST], threading.Event()

    def usage(folder):
        looked.set()
        return Usage(free[0])

    def wait_for_a_look():
        for _ in range(2):  # the first one may have begun before the space changed
            looked.clear()
            assert looked.wait(10)

    monkeypatch.setattr(disk_space.shutil, "disk_usage", usage)
    began = time.monotonic()
    watch = make_watch(tmp_path)
    wait_for_a_look()
    assert not watch.was_full_since(began)
    free[0] = SMALLEST - 1
    wait_for_a_look()
    free[0] = SMALLEST
    wait_for_a_look()
    assert watch.was_full_since(began)
    assert not watch.was_full_since(time.monotonic())


def test_a_folder_that_is_gone_is_no_error(make_watch, tmp_path):
    assert not make_watch(tmp_path / "gone").was_full_since(0)
