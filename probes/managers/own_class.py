"""A class of the program is registered with a manager, and its objects are used through proxies."""

import os
import sys
import traceback
from multiprocessing import Pool
from multiprocessing.managers import BaseManager, NamespaceProxy

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, symptoms


# --8<-- [start:getter]
class Counter:
    def __init__(self):
        self.count = 0

    def get_count(self):  # methods without a leading underscore can be called through the proxy
        return self.count

    # --8<-- [end:getter]
    def divide(self):
        return 1 // self.count

    # --8<-- [start:report-in-the-manager]
    def divide_and_report(self):
        try:
            return self.divide()
        except Exception:
            raise RuntimeError(traceback.format_exc()) from None

    # --8<-- [end:report-in-the-manager]


# --8<-- [start:attributes]
class CounterProxy(NamespaceProxy):
    _exposed_ = ("__getattribute__", "__setattr__", "__delattr__", "get_count")


# --8<-- [end:attributes]
# --8<-- [start:getter]
class Shared(BaseManager):
    pass


Shared.register("Counter", Counter)
# --8<-- [end:getter]
# --8<-- [start:attributes]
Shared.register("OpenCounter", Counter, CounterProxy)
# --8<-- [end:attributes]


def divide():
    return Counter().divide()


def attribute(arm):
    with Shared() as shared:
        counter = shared.Counter()
        record_outcome(arm, lambda: counter.count)


def method(arm):
    # --8<-- [start:getter]
    with Shared() as shared:
        counter = shared.Counter()
        count = counter.get_count()
    # --8<-- [end:getter]
    arm.record(error="none", result=count)


def attributes(arm):
    # --8<-- [start:attributes]
    with Shared() as shared:
        counter = shared.OpenCounter()
        count = counter.count
    # --8<-- [end:attributes]
    arm.record(error="none", result=count)


def record_outcome(arm, action):
    try:
        arm.record(error="none", result=action())
    except AttributeError as error:
        arm.record(error=type(error).__name__)
        arm.symptom(**symptoms.raised(error, "parent"))


# The place of an error


def error_in_a_manager(arm):
    with Shared() as shared:
        record_error(arm, shared.Counter().divide)


def error_in_a_pool(arm):
    with Pool(1) as pool:
        record_error(arm, lambda: pool.apply(divide))


def report_in_the_manager(arm):
    with Shared() as shared:
        record_error(arm, shared.Counter().divide_and_report)


def record_error(arm, action):
    try:
        action()
    except Exception as error:
        shown = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        arm.record(error=type(error).__name__, shows_the_line="return 1 // self.count" in shown)
        if arm.name == "error_in_a_manager":
            arm.symptom(**symptoms.raised(error, "parent"))


if __name__ == "__main__":
    main(attribute, method, attributes, error_in_a_manager, error_in_a_pool, report_in_the_manager)
