"""A process is made with arguments, or refused; its target gets some of them, as its own arguments."""

import os
import sys
from functools import partial
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main


def words(address, *received):
    check_in(address, "child", received=list(received))


def person(address, name="nobody", age=0):
    check_in(address, "child", got_name=name, got_age=age)


def make(arm, *by_position, **by_name):
    """Make a process from these arguments and start it; record the refusal, or what its target got."""
    try:
        process = Process(*by_position, **by_name)
    except (AssertionError, TypeError) as refusal:
        arm.record(error=type(refusal).__name__, target="never called")
    else:
        process.start()
        arm.record(error="none", target="called", **arm.expect("child").details)


# What the process itself takes. The address is bound to the target beforehand, so that nothing else is in args.


def some_group(arm):
    make(arm, group="crew", target=partial(words, arm.address), args=("egon", 18))


def no_group(arm):
    make(arm, group=None, target=partial(words, arm.address), args=("egon", 18))


def by_position(arm):
    make(arm, None, partial(words, arm.address), "a name", ("egon", 18), {})


def by_keyword(arm):
    make(arm, group=None, target=partial(words, arm.address), name="a name", args=("egon", 18), kwargs={})


def daemon_by_position(arm):
    make(arm, None, partial(words, arm.address), "a name", ("egon", 18), {}, True)


# What args may be.


def args_a_tuple(arm):
    make(arm, target=partial(words, arm.address), args=("egon", 18))


def args_a_list(arm):
    make(arm, target=partial(words, arm.address), args=["egon", 18])


def args_an_iterator(arm):
    make(arm, target=partial(words, arm.address), args=(word for word in ["egon", 18]))


def args_a_number(arm):
    make(arm, target=partial(words, arm.address), args=18)


# One argument, with the comma and without. What is written here for a tuple is none.


def with_comma(arm):
    make(arm, target=partial(words, arm.address), args=("egon",))


def without_comma(arm):
    make(arm, target=partial(words, arm.address), args=("egon"))


def bare_text(arm):
    make(arm, target=partial(words, arm.address), args="egon")


def number_without_comma(arm):
    make(arm, target=partial(words, arm.address), args=(18))


# Named arguments, in another order than the target has them.


def in_kwargs(arm):
    make(arm, target=partial(person, arm.address), kwargs={"age": 18, "name": "egon"})


def in_args(arm):
    make(arm, target=partial(person, arm.address), args=(18, "egon"))


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
        bare_text,
        number_without_comma,
        in_kwargs,
        in_args,
    )
