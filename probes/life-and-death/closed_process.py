"""A Process object is closed, and used afterwards. Or it is not closed, and keeps its file descriptors."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, symptoms

MANY = 8
"""The number of children that the program starts one after the other."""
SPARE_DESCRIPTORS = 12
"""The number of descriptors that the program may still open: enough to start any child, not to keep eight."""


def nothing():
    pass


def wait(address):
    check_in(address, "child").serve()


USES = {
    "join": lambda process: process.join(),
    "is_alive": lambda process: process.is_alive(),
    "terminate": lambda process: process.terminate(),
    "exitcode": lambda process: process.exitcode,
    "pid": lambda process: process.pid,
    "sentinel": lambda process: process.sentinel,
}


def closed_process(arm):
    process = ended_process()
    process.close()
    use(arm, process, {"start": lambda process: process.start(), **USES})


def joined_process(arm):
    use(arm, ended_process(), USES)


def ended_process():
    process = Process(target=nothing)
    process.start()
    process.join()
    return process


def use(arm, process, uses):
    """Record which uses of the Process object raise ValueError."""
    refused = []
    for name, action in uses.items():
        try:
            action(process)
        except ValueError as error:
            refused.append(name)
            if name == "is_alive":
                arm.symptom(**symptoms.raised(error, "parent"))
    arm.record(refused=refused, name=process.name)


def read_before_close(arm):
    process = Process(target=nothing)
    process.start()
    # --8<-- [start:read-before-close]
    process.join()
    exit_code = process.exitcode  # what is needed later is read before close()
    process.close()
    # --8<-- [end:read-before-close]
    arm.record(exit_code=exit_code)


# While the child runs


def closed_while_it_runs(arm):
    process = Process(target=wait, args=(arm.address,))
    process.start()
    child = arm.expect("child")
    try:
        process.close()
        arm.record(close="none")
    except ValueError as error:
        arm.record(close=type(error).__name__)
        arm.symptom(**symptoms.raised(error, "parent"))
    arm.record(child_lives=child.answers())
    child.leave()
    child.wait_end()


def join_first(arm):
    process = Process(target=wait, args=(arm.address,))
    process.start()
    child = arm.expect("child")
    child.leave()
    # --8<-- [start:join-first]
    process.join()
    process.close()
    # --8<-- [end:join-first]
    arm.record(close="none")


# Descriptors


def kept_and_joined(arm):
    run(arm, "kept")


def kept_and_closed(arm):
    run(arm, "closed")


def close_each(arm):
    run(arm, "closed")


def run(arm, way):
    arm.launch(program, way)
    parent = arm.expect("program")
    symptom = parent.details["symptom"]
    if symptom:
        arm.symptom(**symptom)
    arm.record(started=parent.details["started"], error=symptom["type"] if symptom else "none")
    parent.leave()
    parent.wait_end()


def program(address, way):
    import resource

    start_and_close()  # what the first start opens, such as the pipe to the fork server, is open from then on
    first_free = os.dup(0)
    os.close(first_free)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (first_free + SPARE_DESCRIPTORS, most))
    started, symptom = [], None
    try:
        for _ in range(MANY):
            started.append(WAYS[way]())
    except OSError as error:
        symptom = symptoms.raised(error, "parent")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    check_in(address, "program", started=len(started), symptom=symptom).serve()


def start_and_close():
    # --8<-- [start:close-each]
    process = Process(target=nothing)
    process.start()
    process.join()
    process.close()  # closes the descriptors, also if the object is kept
    # --8<-- [end:close-each]
    return process


WAYS = {"kept": ended_process, "closed": start_and_close}


if __name__ == "__main__":
    main(
        closed_process,
        joined_process,
        read_before_close,
        closed_while_it_runs,
        join_first,
        kept_and_joined,
        kept_and_closed,
        close_each,
    )
