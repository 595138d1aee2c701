"""A test replaces a function of a module, and runs code in a child that calls the function: which one is called?

If it is a Mock, does it count the calls in the child? And can it be passed to the child? The last is tried in a program
of its own, because on Windows a start() that raises an error leaves a child behind.
"""

import functools
import os
import socket
import sys
import threading
from multiprocessing import Pipe, Pool, Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, outcome_of, report_outcome, symptoms

SECONDS = TIMEOUT


def call():
    return socket.gethostname()


# --8<-- [start:fake-as-argument]
def work(results, get_name=socket.gethostname):  # what a test replaces is a parameter
    results.put(get_name())


def fake_name():  # at module level, so that it can be sent to a child
    return "the fake"


# --8<-- [end:fake-as-argument]
# --8<-- [start:patch-in-initializer]
def use_fakes():  # runs first in each worker
    from unittest import mock

    mock.patch("socket.gethostname", fake_name).start()


# --8<-- [end:patch-in-initializer]
# --8<-- [start:report-calls]
def reporting_name(calls):
    calls.put("gethostname()")
    return "the fake"


# --8<-- [end:report-calls]


def work_patched(results):
    results.put(call())


def in_a_process(arm):
    from unittest import mock

    with mock.patch("socket.gethostname", fake_name):
        record(arm, result_of(Process))


def in_a_pool(arm):
    from unittest import mock

    with mock.patch("socket.gethostname", fake_name), Pool(1) as pool:
        record(arm, pool.apply(call))


def not_patched(arm):
    record(arm, result_of(Process), "the real one")


def fake_as_argument(arm):
    # --8<-- [start:fake-as-argument]
    results = Queue()
    process = Process(target=work, args=(results, fake_name))
    process.start()
    # --8<-- [end:fake-as-argument]
    record(arm, results.get(timeout=TIMEOUT))
    process.join()


def patch_in_initializer(arm):
    # --8<-- [start:patch-in-initializer]
    with Pool(2, initializer=use_fakes) as pool:
        name = pool.apply(call)
    # --8<-- [end:patch-in-initializer]
    record(arm, name)


def code_under_test():
    with Pool(1) as pool:
        return pool.apply(call)


def threads_in_tests(arm):
    # --8<-- [start:threads-in-tests]
    from multiprocessing.pool import ThreadPool  # has the methods of Pool; its workers are threads
    from unittest import mock

    with mock.patch(f"{__name__}.Pool", ThreadPool), mock.patch("socket.gethostname", fake_name):
        name = code_under_test()
    # --8<-- [end:threads-in-tests]
    record(arm, name)


def mock_in_a_process(arm):
    count_calls(arm, result_of, Process)


def mock_in_a_thread(arm):
    count_calls(arm, result_of, threading.Thread)


def mock_in_a_pool_of_threads(arm):
    from multiprocessing.pool import ThreadPool
    from unittest import mock

    with mock.patch(f"{__name__}.Pool", ThreadPool):
        count_calls(arm, code_under_test)


def report_calls(arm):
    # --8<-- [start:report-calls]
    results, calls = Queue(), Queue()
    process = Process(target=work, args=(results, functools.partial(reporting_name, calls)))
    process.start()
    assert calls.get(timeout=SECONDS) == "gethostname()"
    # --8<-- [end:report-calls]
    record(arm, results.get(timeout=TIMEOUT))
    arm.record(counted=1, test="passes")
    process.join()


def mock_as_argument(arm):
    arm.launch(pass_mock)
    program = arm.expect("program")
    arm.record(error=outcome_of(arm, program))
    program.leave()
    program.wait_end()


def pass_mock(address):
    from unittest import mock

    report_outcome(address, "program", start_with, mock.Mock(return_value="the fake"))


def mock_through_a_pipe(arm):
    arm.launch(send_mock)
    program = arm.expect("program")
    arm.record(error=outcome_of(arm, program))
    program.leave()
    program.wait_end()


def send_mock(address):
    from unittest import mock

    report_outcome(address, "program", send, mock.Mock(return_value="the fake"))


def send(get_name):
    """Send it as each pool's task is sent, by pickle under every start method."""
    _, writing_end = Pipe()
    writing_end.send(get_name)


def start_with(get_name):
    Process(target=work, args=(Queue(), get_name)).start()


def result_of(kind):
    """Return what the function gives to a Process or to a Thread."""
    results = Queue()
    worker = kind(target=work_patched, args=(results,))
    worker.start()
    result = results.get(timeout=TIMEOUT)
    worker.join()
    return result


def record(arm, name, wanted="the fake"):
    called = name if name == "the fake" else "the real one"
    arm.record(called=called)
    if called != wanted:
        arm.symptom("silence", "child", text="the real function is called, and not the one that the test patched in")


def count_calls(arm, code, *args):
    from unittest import mock

    double = mock.Mock(return_value="the fake")
    with mock.patch("socket.gethostname", double):
        called = code(*args)
    try:
        double.assert_called_once_with()
    except AssertionError as error:
        arm.symptom(**symptoms.raised(error, "parent"))
        arm.record(test="fails")
    else:
        arm.record(test="passes")
    arm.record(called=called if called == "the fake" else "the real one", counted=double.call_count)


if __name__ == "__main__":
    main(
        in_a_process,
        in_a_pool,
        not_patched,
        fake_as_argument,
        patch_in_initializer,
        threads_in_tests,
        mock_in_a_process,
        mock_in_a_thread,
        mock_in_a_pool_of_threads,
        report_calls,
        mock_as_argument,
        mock_through_a_pipe,
    )
