"""A fixture sets a global and takes it back; the child of the test imports the module again. Sound: test_patched_function_ok."""

import multiprocessing

import pytest

ADDRESS = None


@pytest.fixture
def address():
    global ADDRESS
    ADDRESS = "memory"  # cause: state-not-inherited under spawn, forkserver
    yield
    ADDRESS = None


def work(answers):
    answers.put(ADDRESS)


def test_child_has_the_address(address):
    answers = multiprocessing.SimpleQueue()
    child = multiprocessing.Process(target=work, args=(answers,))
    child.start()
    child.join()
    assert answers.get() == "memory"
