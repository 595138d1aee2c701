"""A task raises an exception that cannot be pickled, or one that can be pickled but not rebuilt from its pickle."""

import contextlib
import os
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool, active_children

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, table


class NotPickled(Exception):
    def __init__(self):
        super().__init__(lambda: None)


class NotMadeAgain(Exception):
    """A common kind of exception class that pickle cannot rebuild: it is called with ``args``, here only the text."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


class MadeAgain(NotMadeAgain):
    """The same exception with a __reduce__, so that pickle can rebuild it."""

    def __reduce__(self):
        return MadeAgain, (self.code, *self.args)


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


def use_pool(arm, kind, *args):
    with record_thread_errors() as errors, one_worker() as pool:
        first = pool.apply_async(fail, (kind, *args))
        second = pool.apply_async(work, (arm.address, "second task"))
        arm.expect("second task").leave("done")  # the worker does this task, even if its results are lost
        table.wait_for(lambda: second.ready() or errors, TIMEOUT, "the second result, or the receiving thread's death")
        # Results arrive in the order of the tasks. If the thread that receives them has died, no more arrive.
        arm.record(first=outcome(first), thread_died_of=errors[0] if errors else "none", second=outcome(second))


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
    """Yield a list of the names of the exceptions that threads die of while the block runs."""
    errors = []
    before = threading.excepthook
    threading.excepthook = lambda args: errors.append(args.exc_type.__name__)
    try:
        yield errors
    finally:
        threading.excepthook = before


def outcome(task):
    """Return the current result of a pool's task: its value, the name of its error, or ``nothing``."""
    if not task.ready():
        return "nothing"
    try:
        return task.get()
    except Exception as error:
        return type(error).__name__


def executor_and_not_pickled(arm):
    use_executor(arm, NotPickled)


def executor_and_not_made_again(arm):
    use_executor(arm, NotMadeAgain, 7, "text")


def executor_and_made_again(arm):
    use_executor(arm, MadeAgain, 7, "text")


def use_executor(arm, kind, *args):
    with ProcessPoolExecutor(1) as executor:
        first = executor.submit(fail, kind, *args)
        arm.record(first=type(first.exception(TIMEOUT)).__name__)
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
    )
