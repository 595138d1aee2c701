"""A program starts producers, which join the queue when they have put their items, and daemonic consumers. It joins the
producers, so it ends when every item is processed. The consumers wait for items for ever and end with the program.

All begin when the probe lets them, the consumers last. In one control the producers do not join the queue, and in the
other the consumers are not daemons.
"""

import contextlib
import os
import sys
import time
from multiprocessing import JoinableQueue, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main, table

PRODUCERS, CONSUMERS, EACH = 2, 2, 3
ITEMS = sorted([producer, number] for producer in range(PRODUCERS) for number in range(EACH))


def producer(address, number, queue, joins):
    line = check_in(address, f"producer {number}")
    line.receive(timeout=None)  # until the probe lets it begin
    for count in range(EACH):
        queue.put([number, count])
    if joins:
        queue.join()
    line.send("leaves")


def consumer(address, number, queue):
    line = check_in(address, f"consumer {number}")
    line.receive(timeout=None)  # until the probe lets it begin
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


def run(arm, joins=True, daemons=True, producers_timeout=QUIET_TIME, program_timeout=TIMEOUT):
    """Run the program; the timeouts, in seconds, are for the producers before the consumers begin, and for its end."""
    popen = arm.launch(program, joins, daemons)
    producers = [arm.expect(f"producer {number}") for number in range(PRODUCERS)]
    consumers = [arm.expect(f"consumer {number}") for number in range(CONSUMERS)]
    begin(producers)
    messages = receive(producers, producers_timeout)
    arm.record(producers_at_first=["leaves" if producers_messages else "waits" for producers_messages in messages])
    if joins:
        begin(consumers)
    with contextlib.suppress(TimeoutError):  # if the producers hang
        arm.expect("program").receive()
    exit_code = arm.wait_exit_code(popen, program_timeout)
    processed = [item for items in receive(consumers, QUIET_TIME) for item in items]
    arm.record(
        processed=sorted(processed),
        all_processed=sorted(processed) == ITEMS,
        exit_code=exit_code,
        consumers=["ended" if peer.read_state() in ("gone", "zombie") else "lives" for peer in consumers],
    )
    for peer in consumers:
        table.kill(peer.pid, peer.started)


def begin(peers):
    for peer in peers:
        peer.send("begin")


def receive(peers, timeout):
    """Return the messages of each peer until its end, or until the timeout of all together, in seconds."""
    give_up = time.monotonic() + timeout
    messages = {peer: [] for peer in peers}
    for peer, peers_messages in messages.items():
        with contextlib.suppress(TimeoutError):
            peers_messages.extend(iter(lambda peer=peer: peer.receive(give_up - time.monotonic()), None))
            peer.wait_end()
    return list(messages.values())


def experiment(arm):
    run(arm)


def without_join(arm):
    run(arm, joins=False, producers_timeout=TIMEOUT)


def without_daemons(arm):
    run(arm, daemons=False, program_timeout=QUIET_TIME)


if __name__ == "__main__":
    main(experiment, without_join, without_daemons)
