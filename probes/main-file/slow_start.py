"""A program gives a child a time limit, and the child takes longer than that to start.

The main file imports a module that waits, in any other process than the program, until the probe lets it go on: a slow
import. The clock of the program runs from start(). In the control the child's work itself takes too long.
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main

LIMIT = 0.2
"""The time limit, in seconds. A child that should miss it is held until it is over."""

SLOW = """
import multiprocessing
import os
import sys
import time

sys.path.insert(0, os.environ["PROBE_KIT"])
from _kit import check_in

if os.environ.setdefault("PROBE_PROGRAM", str(os.getpid())) != str(os.getpid()):
    check_in(os.environ["PROBE_ADDRESS"], "imports", process=multiprocessing.current_process().name).serve()
"""

PROGRAM = """
import multiprocessing
import os

import slow
from _kit import check_in, symptoms

ADDRESS = os.environ["PROBE_ADDRESS"]


def quick(results, number):
    results.put(number * number)
    check_in(ADDRESS, "runs").serve()


def long(results, number):
    check_in(ADDRESS, "runs").serve()
    results.put(number * number)


# --8<-- [start:ready-message]
def square(results, number):
    results.put("ready")  # the child has started
    results.put(number * number)


# --8<-- [end:ready-message]


def ready(results, number):
    square(results, number)
    check_in(ADDRESS, "runs").serve()


def get_within(limit):
    return results.get(timeout=limit)


def get_after_ready(limit):
    # --8<-- [start:ready-message]
    results.get()  # waits for "ready", however long the start takes
    result = results.get(timeout=limit)  # the limit is for the work only
    # --8<-- [end:ready-message]
    return result


def get(limit):
    try:
        return [WAYS[way][1](limit), None]
    except Exception as error:
        return ["none in time", symptoms.raised(error, "parent")]


WAYS = {"quick": (quick, get_within), "long": (long, get_within), "ready": (ready, get_after_ready)}

if __name__ == "__main__":
    multiprocessing.set_start_method(os.environ["PROBE_START_METHOD"])
    way = os.environ["PROBE_WAY"]
    results = multiprocessing.Queue()
    child = multiprocessing.Process(target=WAYS[way][0], args=(results, 3))
    child.start()
    check_in(ADDRESS, "program").serve(get=get)
    child.join()
"""


def limit_from_start(arm):
    launch(arm, "quick")
    importing, running = first_of_child(arm)
    program = arm.expect("program")
    result, symptom = program.call("get", LIMIT if importing else TIMEOUT, timeout=2 * TIMEOUT)
    arm.record(result=result)
    if symptom:
        arm.symptom(**symptom)
    end(arm, program, importing, running)


def work_too_long(arm):
    launch(arm, "long")
    importing, running = first_of_child(arm)
    program = arm.expect("program")
    if importing:
        importing.leave()
        running = arm.expect("runs")
    arm.record(result=program.call("get", LIMIT)[0])
    end(arm, program, None, running)


def ready_message(arm):
    launch(arm, "ready")
    importing, running = first_of_child(arm)
    program = arm.expect("program")
    program.begin("get", TIMEOUT)
    if importing:
        time.sleep(LIMIT)  # the program goes on waiting, longer than its limit
        importing.leave()
        running = arm.expect("runs")
    arm.record(result=program.answer(2 * TIMEOUT)[0])
    end(arm, program, None, running)


def launch(arm, way):
    folder = arm.folder()
    for name, text in (("program.py", PROGRAM), ("slow.py", SLOW)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    environment = {
        "PROBE_ADDRESS": arm.address,
        "PROBE_KIT": os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
        "PROBE_START_METHOD": arm.method,
        "PROBE_WAY": way,
        "TMPDIR": arm.folder(),
    }
    arm.start_script(os.path.join(folder, "program.py"), env={**os.environ, **environment})


def end(arm, program, importing, running):
    if importing:
        importing.leave()
        running = arm.expect("runs")
    running.leave()
    program.leave()
    program.wait_end()


def first_of_child(arm):
    """Return the child that imports the main file, or else None; and the child that runs its task, or else None.

    The fork server may import the main file first. start() waits for it, so it is let go at once.
    """
    give_up = time.monotonic() + TIMEOUT
    while time.monotonic() < give_up:
        for name in ("imports", "runs"):
            try:
                peer = arm.expect(name, timeout=0.02)
            except TimeoutError:
                continue
            if name == "runs":
                return None, peer
            if peer.details["process"] != "MainProcess":
                return peer, None
            peer.leave()
    raise TimeoutError(f"no child within {TIMEOUT:g} s")


if __name__ == "__main__":
    main(limit_from_start, work_too_long, ready_message)
