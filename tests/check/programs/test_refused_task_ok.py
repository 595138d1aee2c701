"""A test that expects an error of pickle, and one that sends a function which the recorder replaces."""

import multiprocessing
import os
import pickle

import pytest

REFUSED = (AttributeError, pickle.PicklingError)


@pytest.fixture
def pool():
    with multiprocessing.Pool(1) as pool:
        yield pool


@pytest.mark.xfail(raises=REFUSED, strict=True)
def test_refused(pool):
    pool.apply(lambda: 2)


def test_function_that_is_recorded_can_be_sent():
    child = multiprocessing.Process(target=os._exit, args=(5,))
    child.start()
    child.join()
    assert child.exitcode == 5
