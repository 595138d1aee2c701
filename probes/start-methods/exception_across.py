"""A task raises an exception that cannot be pickled, and one that can be but cannot be made again from its pickle."""

import contextlib
import os
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Pool, active_children

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, table
from _kit.checkin import PATIENCE


class NotPickled(Exception):
    def __init__(self):
        super().__init__(lambda: None)


class NotMadeAgain(Exception):
    """As many are written: an unpickled exception is made with ``args``, which here is the text alone."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


class MadeAgain(NotMadeAgain):
    """The same, with what it takes."""

    def __reduce__(self):
        return MadeAgain, (self.code, *self.args)


def fails(kind, *args):
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
    with deaths_of_threads() as deaths, one_worker() as pool:
        first = pool.apply_async(fails, (kind, *args))
        second = pool.apply_async(work, (arm.address, "second task"))
        arm.expect("second task").leave("done")  # the worker goes on, whatever becomes of its results
        table.wait_for(lambda: second.ready() or deaths, PATIENCE, "the second result, or the death of who hears it")
        # Results come in the order of the tasks. Where the thread that hears them has died, none comes any more.
        arm.record(first=outcome(first), thread_died_of=deaths[0] if deaths else "none", second=outcome(second))


@contextlib.contextmanager
def one_worker():
    pool = Pool(1)
    try:
        yield pool
    finally:
        try:
            pool.terminate()
        except AssertionError:  # what terminate() says to a pool whose handler of results has died
            for child in active_children():
                table.kill_child(child)


@contextlib.contextmanager
def deaths_of_threads():
    """The exceptions of which threads die while the block runs: a list of their types' names."""
    deaths = []
    before = threading.excepthook
    threading.excepthook = lambda death: deaths.append(death.exc_type.__name__)
    try:
        yield deaths
    finally:
        threading.excepthook = before


def outcome(task):
    """What there is of a pool's task now."""
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
        first = executor.submit(fails, kind, *args)
        arm.record(first=type(first.exception(PATIENCE)).__name__)
        try:
            arm.record(second=executor.submit(os.path.basename, "folder/done").result(PATIENCE))
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
