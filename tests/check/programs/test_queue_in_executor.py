"""A fixture's queue is an argument of an executor's task. Sound: test_patched_function_ok."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest


@pytest.fixture
def results():
    return multiprocessing.Queue()


def put(results, number):
    results.put(number)


class TestResults:
    def test_put(self, results):
        with ProcessPoolExecutor(1) as executor:
            future = executor.submit(put, results, 3)  # cause: primitive-outside-inheritance
            future.result()
        assert results.get() == 3
