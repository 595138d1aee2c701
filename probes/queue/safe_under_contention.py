"""Several processes write into one queue at once, and several read from it: each message comes once, and whole.

A message is larger than what a pipe takes at one time. The control is the pipe without the queue's locks.
"""

import os
import sys
from multiprocessing import Pipe, Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.checkin import PATIENCE
from _kit.waits import begin, outcome, serve_calls

WRITERS, READERS, EACH = 3, 2, 8
SIZE = 200_000
END = b"end"


def message(writer, number):
    return bytes([writer, number]) * (SIZE // 2)


class BarePipe:
    """What a queue is without its locks."""

    def __init__(self):
        self.reader, self.writer = Pipe(duplex=False)

    def put(self, data):
        self.writer.send_bytes(data)

    def get(self):
        try:
            return self.reader.recv_bytes(maxlength=SIZE)
        except EOFError:  # all writers have gone, and it ends behind a message
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

    serve_calls(address, f"writer {number}", write=write)


def reader(address, number, channel):
    if isinstance(channel, BarePipe):
        channel.writer.close()

    def read():
        try:
            return read_all(channel)
        finally:
            if isinstance(channel, BarePipe):
                channel.close()  # once nobody reads, no writer waits

    serve_calls(address, f"reader {number}", read=read)


def read_all(channel):
    """The messages that came whole, each as its writer's number and its own; and what ended the reading."""
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
    """Have them all at it: the readers begin when every writer has. ``end`` is called when the writers are gone."""
    writers = start(arm, writer, WRITERS, channel)
    readers = start(arm, reader, READERS, channel)
    if isinstance(channel, BarePipe):
        channel.close()
    for peer, _ in writers:
        begin(peer, "write")
    for peer, _ in readers:
        begin(peer, "read")
    for peer, process in writers:
        peer.leave()
        process.join(PATIENCE)
    end()
    record(arm, [outcome(peer) for peer, _ in readers])


def record(arm, outcomes):
    """What the readers have, those at least that came back with something."""
    came_back = [said for said in outcomes if not isinstance(said, str)]
    messages = [data for whole, _ in came_back for data in whole]
    endings = [said if isinstance(said, str) else said[1] for said in outcomes]
    arm.record(
        readers_ended_by=endings,
        damaged=endings != ["end"] * READERS,
        lost=WRITERS * EACH - len(set(messages)),
        doubled=len(messages) - len(set(messages)),
    )


def experiment(arm):
    queue = Queue()
    queue.cancel_join_thread()  # were the readers stuck, this process would be so too

    def end():
        for _ in range(READERS):
            queue.put(END)

    contend(arm, queue, end)


def control(arm):
    contend(arm, BarePipe(), end=lambda: None)


if __name__ == "__main__":
    main(experiment, control)
