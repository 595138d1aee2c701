"""The name of a process in its parent and in itself: a given one, and the numbered default ones."""

import os
import sys
from multiprocessing import Process, current_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay


def child(address):
    check_in(address, "child").serve(name=lambda: current_process().name)


def names_of(arm, process):
    process.start()
    arm.record(name=process.name, in_child=arm.expect("child").call("name"))


def given(arm):
    names_of(arm, Process(target=child, args=(arm.address,), name="egon"))


def given_later(arm):
    process = Process(target=child, args=(arm.address,))
    process.name = "egon"
    names_of(arm, process)


def by_default(arm):
    """Use a program of its own, so that its children get the first numbers."""
    arm.launch(program)
    first, grandchild = arm.expect("child"), arm.expect("grandchild")
    arm.record(in_child=first.call("name"), **arm.expect("program").details, **grandchild.details)


def program(address):
    first, second = Process(target=parent, args=(address,)), Process(target=stay, args=(address, "second"))
    names = {"program": current_process().name, "first": first.name, "second": second.name}
    first.start()
    check_in(address, "program", **names).serve()


def parent(address):
    grandchild = Process(target=grandchild_code, args=(address,))
    grandchild.start()
    child(address)


def grandchild_code(address):
    check_in(address, "grandchild", grandchild=current_process().name).serve()


if __name__ == "__main__":
    main(given, given_later, by_default)
