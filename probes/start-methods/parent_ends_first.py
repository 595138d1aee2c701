"""A program starts a child and ends at once, before the interpreter of the child has begun its work.

Under spawn the child waits, while its interpreter starts, until the program has ended.
"""

import os
import sys
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PIPES, main, printed_symptom, wait_program

SLOW_START = """
import os, time
gate, give_up = os.environ.get("PROBE_GATE"), time.monotonic() + 60
while gate and not os.path.exists(gate) and time.monotonic() < give_up:
    time.sleep(0.01)
"""


def work(note):
    with open(note, "w", encoding="utf-8") as file:
        file.write("the target has run")


# --8<-- [start:wait-for-a-message]
def work_when_parent_knows(note, sender):
    sender.send("started")
    work(note)


# --8<-- [end:wait-for-a-message]


def parent_ends_at_once(arm):
    run(arm, ends_at_once, waits=True)


def parent_waits_for_child(arm):
    run(arm, waits_for_child, waits=False)


def wait_for_a_message(arm):
    run(arm, waits_for_message, waits=False)


def run(arm, program, waits):
    folder = arm.folder()
    gate, note = os.path.join(folder, "gate"), os.path.join(folder, "note")
    with open(os.path.join(folder, "sitecustomize.py"), "w", encoding="utf-8") as file:
        file.write(SLOW_START)
    path = os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH")]))
    gate_of_child = gate if waits and arm.method == "spawn" else ""
    # A program that ends by os._exit() leaves the folder of its fork server.
    environment = {**os.environ, "PYTHONPATH": path, "TMPDIR": arm.folder()}
    started = arm.launch(program, note, gate_of_child, env=environment, **PIPES)
    if waits:
        arm.wait_exit_code(started)
    open(gate, "w").close()
    # The child has the program's streams too, so their end is that of the child.
    end = wait_program(arm, started)
    arm.record(target_runs=os.path.exists(note))
    printed_symptom(arm, end)


def ends_at_once(address, note, gate):
    os.environ["PROBE_GATE"] = gate
    Process(target=work, args=(note,)).start()
    os._exit(0)


def waits_for_child(address, note, gate):
    child = Process(target=work, args=(note,))
    child.start()
    child.join()
    os._exit(0)


def waits_for_message(address, note, gate):
    # --8<-- [start:wait-for-a-message]
    receiver, sender = Pipe(duplex=False)
    Process(target=work_when_parent_knows, args=(note, sender)).start()
    receiver.recv()
    os._exit(0)
    # --8<-- [end:wait-for-a-message]


if __name__ == "__main__":
    main(parent_ends_at_once, parent_waits_for_child, wait_for_a_message)
