"""A Process object is started a second time, or by another process than the one that has made it."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, error_of, main, stay, symptoms


def nothing():
    """Stands for the work of a child."""


def work(address):
    """Stands for the work of a child: the probe sees that it was done."""
    check_in(address, "child")


# A second start()


def started_twice(arm):
    process = Process(target=nothing)
    process.start()
    process.join()
    start_again(arm, process)


def started_while_it_runs(arm):
    process = Process(target=stay, args=(arm.address, "child"))
    process.start()
    peer = arm.expect("child")
    first = process._popen
    start_again(arm, process)
    peer.leave()
    first.wait()  # without assertions the object may have another process now


def start_again(arm, process):
    pid = process.pid
    arm.record(second_start=error_of(arm, process.start), new_process=process.pid != pid)
    if process.pid != pid:
        process.join()


def two_objects(arm):
    for number in ("first", "second"):
        process = Process(target=nothing)
        arm.record(**{f"{number}_start": error_of(arm, process.start)})
        process.join()


def new_object(arm):
    address = arm.address
    # --8<-- [start:new-object]
    for _ in range(2):
        process = Process(target=work, args=(address,))  # a new object for each run
        process.start()
        process.join()
    # --8<-- [end:new-object]
    arm.record(runs=len([arm.expect("child") for _ in range(2)]))


# A start by another process


def start_it(address, process):
    seen = {"start": "none", "exit_code": None, "symptom": None}
    try:
        process.start()
    except Exception as error:
        seen.update(start=type(error).__name__, symptom=symptoms.raised(error, "child"))
    else:
        seen["exit_code"] = process._popen.wait()  # join() has an assertion of its own
    check_in(address, "starter", **seen)


def started_by_a_child(arm):
    starter = Process(target=start_it, args=(arm.address, Process(target=nothing)))
    starter.start()
    seen = arm.expect("starter").details
    starter.join()
    arm.record(start=seen["start"], exit_code=seen["exit_code"])
    if seen["symptom"]:
        arm.symptom(**seen["symptom"])


def started_by_its_maker(arm):
    process = Process(target=nothing)
    arm.record(start=error_of(arm, process.start))
    process.join()
    arm.record(exit_code=process.exitcode)


# --8<-- [start:made-where-started]
def parent_of_another(address):
    process = Process(target=work, args=(address,))  # made by the process that starts it
    process.start()
    process.join()


# --8<-- [end:made-where-started]


def made_where_started(arm):
    address = arm.address
    # --8<-- [start:made-where-started]
    Process(target=parent_of_another, args=(address,)).start()
    # --8<-- [end:made-where-started]
    arm.expect("child")
    arm.record(work="done")


if __name__ == "__main__":
    main(
        started_twice,
        started_while_it_runs,
        two_objects,
        new_object,
        started_by_a_child,
        started_by_its_maker,
        made_where_started,
    )
