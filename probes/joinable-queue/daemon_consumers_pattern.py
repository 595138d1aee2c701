"""A program starts producers, which join the queue when they have put their items, and daemonic consumers; it joins the
producers. So it ends when every item is processed, and the consumers, who wait for items for ever, end with it.

All begin when the probe says so, the consumers last. In one control the producers do not join the queue, and in the
other the consumers are no daemons.
"""

import contextlib
import os
import sys
import time
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
    arm.record(producers_at_first=["leaves" if said else "waits" for said in hear(producers, producers_take)])
    if joins:
        begin(consumers)
    with contextlib.suppress(TimeoutError):  # producers that are stuck
        arm.expect("program").hear()
    exit_code = arm.exit_code(running, program_takes)
    processed = [item for said in hear(consumers, A_WHILE) for item in said]
    arm.record(
        processed=sorted(processed),
        all_processed=sorted(processed) == ITEMS,
        exit_code=exit_code,
        consumers=["ended" if peer.look() in ("gone", "zombie") else "lives" for peer in consumers],
    )
    for peer in consumers:
        table.kill(peer.pid, peer.started)


def begin(peers):
    for peer in peers:
        peer.tell("begin")


def hear(peers, patience):
    """What each of them says until its end, or until so long from now."""
    give_up = time.monotonic() + patience
    said = {peer: [] for peer in peers}
    for peer, words in said.items():
        with contextlib.suppress(TimeoutError):
            words.extend(iter(lambda peer=peer: peer.hear(give_up - time.monotonic()), None))
            peer.wait_end()
    return list(said.values())


def experiment(arm):
    story(arm)


def without_join(arm):
    story(arm, joins=False, producers_take=PATIENCE)


def without_daemons(arm):
    story(arm, daemons=False, program_takes=A_WHILE)


if __name__ == "__main__":
    main(experiment, without_join, without_daemons)
