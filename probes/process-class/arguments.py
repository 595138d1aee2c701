"""Process objects are made with different arguments: which are refused, and which does the target get?"""

import os
import sys
from functools import partial
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, printed_symptom, run_program, symptoms


def report_arguments(address, *received):
    check_in(address, "child", received=list(received))


def report_name_and_age(address, name="nobody", age=0):
    check_in(address, "child", got_name=name, got_age=age)


def make(arm, *by_position, **by_name):
    """Make a Process with these arguments and start it; record the error, or the arguments that its target got."""
    try:
        process = Process(*by_position, **by_name)
    except (AssertionError, TypeError) as error:
        arm.record(error=type(error).__name__, target="never called")
        arm.symptom(**symptoms.raised(error, "parent"))
    else:
        process.start()
        arm.record(error="none", target="called", **arm.expect("child").details)


# The arguments of Process itself. The address is bound to the target, so that args has nothing else.


def some_group(arm):
    make(arm, group="crew", target=partial(report_arguments, arm.address), args=("egon", 18))


def no_group(arm):
    make(arm, group=None, target=partial(report_arguments, arm.address), args=("egon", 18))


def by_position(arm):
    make(arm, None, partial(report_arguments, arm.address), "a name", ("egon", 18), {})


def by_keyword(arm):
    make(arm, group=None, target=partial(report_arguments, arm.address), name="a name", args=("egon", 18), kwargs={})


def daemon_by_position(arm):
    make(arm, None, partial(report_arguments, arm.address), "a name", ("egon", 18), {}, True)


# Values of args.


def args_a_tuple(arm):
    make(arm, target=partial(report_arguments, arm.address), args=("egon", 18))


def args_a_list(arm):
    make(arm, target=partial(report_arguments, arm.address), args=["egon", 18])


def args_an_iterator(arm):
    make(arm, target=partial(report_arguments, arm.address), args=(word for word in ["egon", 18]))


def args_a_number(arm):
    make(arm, target=partial(report_arguments, arm.address), args=18)


# A single argument, with and without the comma. The parentheses without it are the mistake that is tested.


def with_comma(arm):
    make(arm, target=partial(report_arguments, arm.address), args=("egon",))


def without_comma(arm):
    make(arm, target=partial(report_arguments, arm.address), args=("egon"))
    printed_symptom(arm, run_program(arm, program_without_comma))


def program_without_comma(_):
    process = Process(target=greet, args=("egon"))
    process.start()
    process.join()


def greet(name):
    print("hello,", name)


def comma(arm):
    greet = partial(report_arguments, arm.address)
    # --8<-- [start:comma]
    process = Process(target=greet, args=("egon",))  # it is the comma that makes a tuple
    process.start()
    # --8<-- [end:comma]
    arm.record(error="none", target="called", **arm.expect("child").details)


def bare_text(arm):
    make(arm, target=partial(report_arguments, arm.address), args="egon")


def number_without_comma(arm):
    make(arm, target=partial(report_arguments, arm.address), args=(18))


# Keyword arguments, in a different order than the parameters of the target.


def in_kwargs(arm):
    make(arm, target=partial(report_name_and_age, arm.address), kwargs={"age": 18, "name": "egon"})


def in_args(arm):
    make(arm, target=partial(report_name_and_age, arm.address), args=(18, "egon"))


if __name__ == "__main__":
    main(
        some_group,
        no_group,
        by_position,
        by_keyword,
        daemon_by_position,
        args_a_tuple,
        args_a_list,
        args_an_iterator,
        args_a_number,
        with_comma,
        without_comma,
        comma,
        bare_text,
        number_without_comma,
        in_kwargs,
        in_args,
    )
