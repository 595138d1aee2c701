"""A task raises an exception that cannot be pickled, or one that can be pickled but not rebuilt from its pickle."""

import contextlib
import os
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool, active_children

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, symptoms, table


class NotPickled(Exception):
    def __init__(self):
        super().__init__(lambda: None)


class NotMadeAgain(Exception):
    """A common kind of exception class that pickle cannot rebuild: it is called with ``args``, here only the text."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


# --8<-- [start:reduce]
class MadeAgain(NotMadeAgain):
    def __reduce__(self):  # how pickle makes it again: the class, and the arguments of __init__
        return MadeAgain, (self.code, *self.args)


# --8<-- [end:reduce]


# --8<-- [start:all-arguments]
class AllArguments(Exception):
    def __init__(self, code, text):
        super().__init__(code, text)  # all arguments, so that pickle calls __init__ with all of them
        self.code = code


# --8<-- [end:all-arguments]


# --8<-- [start:plain-arguments]
class PlainArguments(Exception):
    def __init__(self, handler):
        super().__init__(repr(handler))  # a text instead of the object


# --8<-- [end:plain-arguments]


FINE = (MadeAgain, AllArguments, PlainArguments)
"""The exceptions that reach the parent as they are."""


def fail(kind, *args):
    raise kind(*args)


def work(address, name):
    return check_in(address, name).serve()


def pool_and_not_pickled(arm):
    use_pool(arm, NotPickled)


def pool_and_not_made_again(arm):
    use_pool(arm, NotMadeAgain, 7, "text")


def pool_and_made_again(arm):
    use_pool(arm, MadeAgain, 7, "text")


def pool_and_all_arguments(arm):
    use_pool(arm, AllArguments, 7, "text")


def pool_and_plain_arguments(arm):
    use_pool(arm, PlainArguments, 7)


def use_pool(arm, kind, *args):
    with record_thread_errors() as errors, one_worker() as pool:
        first = pool.apply_async(fail, (kind, *args))
        second = pool.apply_async(work, (arm.address, "second task"))
        arm.expect("second task").leave("done")  # the worker does this task, even if its results are lost
        table.wait_for(lambda: second.ready() or errors, TIMEOUT, "the second result, or the receiving thread's death")
        # Results arrive in the order of the tasks. If the thread that receives them has died, no more arrive.
        if errors:
            arm.symptom(**symptoms.raised(errors[0], "parent"))
        died_of = type(errors[0]).__name__ if errors else "none"
        arm.record(first=outcome(arm, first), thread_died_of=died_of, second=outcome(arm, second))


@contextlib.contextmanager
def one_worker():
    pool = Pool(1)
    try:
        yield pool
    finally:
        try:
            pool.terminate()
        except AssertionError:  # terminate() raises it if the thread that receives the results has died
            for child in active_children():
                table.kill_child(child)


@contextlib.contextmanager
def record_thread_errors():
    """Yield a list of the exceptions that threads die of while the block runs."""
    errors = []
    before = threading.excepthook
    threading.excepthook = lambda args: errors.append(args.exc_value)
    try:
        yield errors
    finally:
        threading.excepthook = before


def outcome(arm, task):
    """Return the current result of a pool's task: its value, the name of its error, or ``nothing``."""
    if not task.ready():
        return "nothing"
    try:
        return task.get()
    except Exception as error:
        if not isinstance(error, FINE):
            arm.symptom(**symptoms.raised(error, "parent"))
        return type(error).__name__


def executor_and_not_pickled(arm):
    use_executor(arm, NotPickled)


def executor_and_not_made_again(arm):
    use_executor(arm, NotMadeAgain, 7, "text")


def executor_and_made_again(arm):
    use_executor(arm, MadeAgain, 7, "text")


def executor_and_all_arguments(arm):
    use_executor(arm, AllArguments, 7, "text")


def executor_and_plain_arguments(arm):
    use_executor(arm, PlainArguments, 7)


def use_executor(arm, kind, *args):
    with ProcessPoolExecutor(1) as executor:
        try:
            executor.submit(fail, kind, *args).result(TIMEOUT)
        except Exception as error:
            arm.record(first=type(error).__name__)
            if not isinstance(error, FINE):
                arm.symptom(**symptoms.raised(error, "parent"))
        try:
            arm.record(second=executor.submit(os.path.basename, "folder/done").result(TIMEOUT))
        except RuntimeError as error:
            arm.record(second=type(error).__name__)


if __name__ == "__main__":
    main(
        pool_and_not_pickled,
        pool_and_not_made_again,
        pool_and_made_again,
        executor_and_not_pickled,
        executor_and_not_made_again,
        executor_and_made_again,
        pool_and_all_arguments,
        pool_and_plain_arguments,
        executor_and_all_arguments,
        executor_and_plain_arguments,
    )
