"""Several processes write to one queue at the same time, and several read from it: each message arrives once, complete.

A message is larger than a pipe holds. The control is the pipe without the queue's locks.
"""

import os
import sys
import threading
from multiprocessing import Pipe, Process, Queue, SimpleQueue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, blocking_calls, main

WRITERS, READERS, EACH = 3, 2, 8
SIZE = 200_000
END = b"end"


def message(writer, number):
    return bytes([writer, number]) * (SIZE // 2)


class BarePipe:
    """A pipe with the interface of a queue, but without locks."""

    def __init__(self):
        self.reader, self.writer = Pipe(duplex=False)

    def put(self, data):
        self.writer.send_bytes(data)

    def get(self):
        try:
            return self.reader.recv_bytes(maxlength=SIZE)
        except EOFError:  # all writers are gone, and the pipe ends after a complete message
            return END

    def close(self):
        self.reader.close()
        self.writer.close()


def writer(address, number, channel):
    if isinstance(channel, BarePipe):
        channel.reader.close()

    def write():
        for count in range(EACH):
            channel.put(message(number, count))

    blocking_calls.serve(address, f"writer {number}", write=write)


def reader(address, number, channel):
    if isinstance(channel, BarePipe):
        channel.writer.close()

    def read():
        try:
            return read_all(channel)
        finally:
            if isinstance(channel, BarePipe):
                channel.close()  # so that no writer waits for a reader

    blocking_calls.serve(address, f"reader {number}", read=read)


def read_all(channel):
    """Return the complete messages, each as its writer's number and its own, and the reason why the reading ended."""
    whole = []
    while True:
        try:
            data = channel.get()
        except Exception as error:
            return whole, f"{type(error).__name__}: {error}"
        if data == END:
            return whole, "end"
        if len(data) != SIZE or data != data[:2] * (SIZE // 2):
            return whole, "torn"
        whole.append(tuple(data[:2]))


def start(arm, target, count, channel):
    processes = [Process(target=target, args=(arm.address, number, channel)) for number in range(count)]
    for process in processes:
        process.start()
    return [(arm.expect(f"{target.__name__} {number}"), process) for number, process in enumerate(processes)]


def contend(arm, channel, end):
    """Begin the readers when every writer has begun; ``end`` is called when the writers are gone."""
    writers = start(arm, writer, WRITERS, channel)
    readers = start(arm, reader, READERS, channel)
    if isinstance(channel, BarePipe):
        channel.close()
    for peer, _ in writers:
        blocking_calls.begin(peer, "write")
    for peer, _ in readers:
        blocking_calls.begin(peer, "read")
    for peer, process in writers:
        peer.leave()
        process.join(TIMEOUT)
    end()
    record(arm, [blocking_calls.outcome(peer) for peer, _ in readers])


def record(arm, outcomes):
    """Record what the readers got. An outcome is a reader's result, or a text if the reader did not return one."""
    results = [outcome for outcome in outcomes if not isinstance(outcome, str)]
    messages = [data for whole, _ in results for data in whole]
    endings = [outcome if isinstance(outcome, str) else outcome[1] for outcome in outcomes]
    arm.record(
        readers_ended_by=endings,
        damaged=endings != ["end"] * READERS,
        lost=WRITERS * EACH - len(set(messages)),
        doubled=len(messages) - len(set(messages)),
    )


def experiment(arm):
    queue = Queue()
    queue.cancel_join_thread()  # otherwise this process would hang at its end if the readers hang

    def end():
        for _ in range(READERS):
            queue.put(END)

    contend(arm, queue, end)


def simple_queue(arm):
    queue = SimpleQueue()

    def end():
        # put() writes the item itself, so it would wait for ever if the readers hang.
        threading.Thread(target=lambda: [queue.put(END) for _ in range(READERS)], daemon=True).start()

    contend(arm, queue, end)


def control(arm):
    contend(arm, BarePipe(), end=lambda: None)


if __name__ == "__main__":
    main(experiment, simple_queue, control)
