"""A program changes settings of its interpreter under its main guard: which of them does its child have?

None of them is given on the command line. Each arm is a separate program, because the settings are not restored.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def tracer(frame, event, argument):
    """Measure coverage, or profile, in a real program."""


# --8<-- [start:configure-in-both]
def configure():  # called by the program, and first thing by the child
    import decimal
    import gc
    import warnings

    warnings.simplefilter("error", UserWarning)
    decimal.getcontext().prec = 6
    sys.settrace(tracer)
    gc.disable()


def work(address):
    configure()
    child(address)  # the child's work


# --8<-- [end:configure-in-both]


def child(address):
    check_in(address, "child", **settings()).serve()


def settings():
    import decimal
    import gc
    import warnings

    return {
        "warnings_filter": warnings.filters[0][:3] == ("error", None, UserWarning),
        "decimal_precision": decimal.getcontext().prec == 6,
        "trace_function": sys.gettrace() is tracer,
        "garbage_collector": not gc.isenabled(),
    }


def changed_before(arm):
    run(arm, "changed before")


def changed_later(arm):
    """The program changes the settings after the child's start."""
    run(arm, "changed later")


def configure_in_both(arm):
    run(arm, "configure in both")


def run(arm, kind):
    arm.launch(program, kind)
    peer = arm.expect("child")
    arm.record(**{name: "as changed" if changed else "as before" for name, changed in peer.details.items()})
    peer.leave()
    peer.wait_end()


def program(address, kind):
    if kind != "changed later":
        configure()
    if kind == "configure in both":
        # --8<-- [start:configure-in-both]
        process = Process(target=work, args=(address,))
        process.start()
        # --8<-- [end:configure-in-both]
    else:
        process = Process(target=child, args=(address,))
        process.start()
    if kind == "changed later":
        configure()
    process.join()


if __name__ == "__main__":
    main(changed_before, changed_later, configure_in_both)
