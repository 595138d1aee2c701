"""A program starts producers, which join the queue when they have put their items, and daemonic consumers; it joins the
producers. So it ends when every item is processed, and the consumers, who wait for items for ever, end with it.

All begin when the probe says so, the consumers last. In one control the producers do not join the queue, and in the
other the consumers are no daemons.
"""

import contextlib
import os
import subprocess
import sys
from multiprocessing import JoinableQueue, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, table
from _kit.checkin import A_WHILE, PATIENCE

PRODUCERS, CONSUMERS, EACH = 2, 2, 3
ITEMS = sorted([producer, number] for producer in range(PRODUCERS) for number in range(EACH))


def producer(address, number, queue, joins):
    line = check_in(address, f"producer {number}")
    line.receive(patience=None)  # now it may begin
    for count in range(EACH):
        queue.put([number, count])
    if joins:
        queue.join()
    line.send("leaves")


def consumer(address, number, queue):
    line = check_in(address, f"consumer {number}")
    line.receive(patience=None)  # now it may begin
    while True:
        item = queue.get()
        line.send(item)
        queue.task_done()


def program(address, joins, daemons):
    queue = JoinableQueue()
    producers = [Process(target=producer, args=(address, n, queue, joins)) for n in range(PRODUCERS)]
    consumers = [Process(target=consumer, args=(address, n, queue), daemon=daemons) for n in range(CONSUMERS)]
    for process in [*producers, *consumers]:
        process.start()
    for process in producers:
        process.join()
    check_in(address, "program").send("last line")


def story(arm, joins=True, daemons=True, producers_take=A_WHILE, program_takes=PATIENCE):
    """The two patiences are for the producers, while nothing is processed yet, and for the program's end."""
    running = arm.launch(program, joins, daemons)
    producers = [arm.expect(f"producer {number}") for number in range(PRODUCERS)]
    consumers = [arm.expect(f"consumer {number}") for number in range(CONSUMERS)]
    begin(producers)
    arm.record(producers_at_first=["leaves" if hear(peer, producers_take) else "waits" for peer in producers])
    if joins:
        begin(consumers)
    with contextlib.suppress(TimeoutError):  # producers that are stuck
        arm.expect("program").hear()
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.wait(program_takes)
    processed = [item for peer in consumers for item in hear(peer, A_WHILE)]
    arm.record(
        processed=sorted(processed),
        all_processed=sorted(processed) == ITEMS,
        exit_code=running.poll(),
        consumers=["ended" if peer.look() in ("gone", "zombie") else "lives" for peer in consumers],
    )
    for peer in consumers:
        table.kill(peer.pid, peer.started)


def begin(peers):
    for peer in peers:
        peer.tell("begin")


def hear(peer, patience):
    """What it says until its end, or until it has been silent for so long."""
    said = []
    with contextlib.suppress(TimeoutError):
        for word in iter(lambda: peer.hear(patience), None):
            said.append(word)
        peer.wait_end()
    return said


def experiment(arm):
    story(arm)


def without_join(arm):
    story(arm, joins=False, producers_take=PATIENCE)


def without_daemons(arm):
    story(arm, daemons=False, program_takes=A_WHILE)


if __name__ == "__main__":
    main(experiment, without_join, without_daemons)
