"""A test replaces a function of a module, and runs code in a child that calls the function: which one is called?

If it is a Mock, does it count the calls in the child? And can it be passed to the child? Each arm is a separate
program, because on Windows a start() that raises an error leaves a child behind.
"""

import functools
import os
import socket
import sys
import threading
from multiprocessing import Pool, Process, SimpleQueue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, outcome_of, report_outcome, run_program


def greeting():
    return f"calls: {socket.gethostname()}"


def greet():
    print(greeting(), flush=True)


# --8<-- [start:fake-as-argument]
def greet_from(get_name=socket.gethostname):  # what a test replaces is a parameter
    print("calls:", get_name(), flush=True)


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
    calls.put("gethostname")
    return "the fake"


# --8<-- [end:report-calls]


def in_a_process(arm):
    which_is_called(arm, "patched, process")


def in_a_pool(arm):
    which_is_called(arm, "patched, pool")


def not_patched(arm):
    which_is_called(arm, "not patched")


def fake_as_argument(arm):
    which_is_called(arm, "fake as argument")


def patch_in_initializer(arm):
    which_is_called(arm, "patch in initializer")


def threads_in_tests(arm):
    which_is_called(arm, "threads in tests")


def mock_in_a_process(arm):
    count_calls(arm, "mock, process")


def mock_in_a_thread(arm):
    count_calls(arm, "mock, thread")


def mock_in_a_pool_of_threads(arm):
    count_calls(arm, "mock, threads in tests")


def report_calls(arm):
    count_calls(arm, "report calls")


def mock_as_argument(arm):
    arm.launch(pass_mock)
    program = arm.expect("program")
    arm.record(error=outcome_of(arm, program), exit_code=program.details["result"])
    program.leave()
    program.wait_end()


def which_is_called(arm, kind):
    end = run(arm, kind)
    called = function_called(end)
    arm.record(called=called, exit_code=end.exit_code)
    if called == "the real one" and kind != "not patched":
        arm.symptom("silence", "child", text="the real function is called, and not the one that the test patched in")


def count_calls(arm, kind):
    end = run(arm, kind)
    arm.record(called=function_called(end), counted=value_of(end, "counted"), exit_code=end.exit_code)


def run(arm, kind):
    return run_program(arm, program, kind, where="parent")


def function_called(end):
    name = value_of(end, "calls")
    return name if name in ("the fake", "nothing") else "the real one"


def value_of(end, name):
    """Return the value in the last line that begins with this name, or ``nothing``."""
    found = [line.partition(": ")[2] for line in end.lines if line.startswith(f"{name}: ")]
    return found[-1] if found else "nothing"


def program(address, kind):
    from unittest import mock

    if kind == "not patched":
        join(Process(target=greet))
    elif kind == "patched, process":
        with mock.patch("socket.gethostname", fake_name):
            join(Process(target=greet))
    elif kind == "patched, pool":
        with mock.patch("socket.gethostname", fake_name), Pool(1) as pool:
            print(pool.apply(greeting))
    elif kind == "fake as argument":
        # --8<-- [start:fake-as-argument]
        process = Process(target=greet_from, args=(fake_name,))
        process.start()
        # --8<-- [end:fake-as-argument]
        process.join()
    elif kind == "patch in initializer":
        # --8<-- [start:patch-in-initializer]
        with Pool(2, initializer=use_fakes) as pool:
            print(pool.apply(greeting))
        # --8<-- [end:patch-in-initializer]
    elif kind == "threads in tests":
        # --8<-- [start:threads-in-tests]
        from multiprocessing.pool import ThreadPool  # has the methods of Pool; its workers are threads

        with mock.patch(f"{__name__}.Pool", ThreadPool), mock.patch("socket.gethostname", fake_name):
            print(code_under_test())
        # --8<-- [end:threads-in-tests]
    elif kind == "report calls":
        # --8<-- [start:report-calls]
        calls = SimpleQueue()
        process = Process(target=greet_from, args=(functools.partial(reporting_name, calls),))
        process.start()
        process.join()
        assert calls.get() == "gethostname"
        # --8<-- [end:report-calls]
        print("counted: 1")
    else:
        from multiprocessing.pool import ThreadPool

        double = mock.Mock(return_value="the fake")
        with mock.patch("socket.gethostname", double), mock.patch(f"{__name__}.Pool", ThreadPool):
            if kind == "mock, process":
                join(Process(target=greet))
            elif kind == "mock, thread":
                join(threading.Thread(target=greet))
            else:
                print(code_under_test())
        print(f"counted: {double.call_count}", flush=True)
        double.assert_called_once_with()


def pass_mock(address):
    from unittest import mock

    report_outcome(address, "program", exit_code_of_child, mock.Mock(return_value="the fake"))


def exit_code_of_child(get_name):
    process = Process(target=greet_from, args=(get_name,))
    process.start()
    process.join()
    return process.exitcode


def code_under_test():
    with Pool(1) as pool:
        return pool.apply(greeting)


def join(process):
    process.start()
    process.join()


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
    )
