"""Two processes hand a message to and fro: through queues, through pipes, and through files that a lock guards.

The mailbox that is a file has a lock as the queue has, and a semaphore that tells of a message, so that nobody has to
look again and again. What differs is where the message lies. All is done on one CPU where the system lets us choose it,
for to wake a process on another costs more than any of the ways, and by which way they meet there is chance. The ways
take turns, and the quickest handover of each counts, which nothing else has disturbed. Two mailboxes of the same kind
are the control.
"""

import json
import os
import statistics
import sys
import time
from multiprocessing import Lock, Pipe, Process, Queue, Semaphore

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, cpus, main

ROUNDS, HANDOVERS = 40, 10
MESSAGE = "m" * 100


class FileMailbox:
    """Messages in a file, which is opened, read and written under a lock each time."""

    def __init__(self, path):
        self.path = path
        self.lock = Lock()
        self.messages = Semaphore(0)
        with open(path, "w", encoding="utf-8") as file:
            json.dump([], file)

    def put(self, message):
        with self.lock, open(self.path, "r+", encoding="utf-8") as file:
            self.write(file, [*json.load(file), message])
        self.messages.release()

    def get(self):
        self.messages.acquire()
        with self.lock, open(self.path, "r+", encoding="utf-8") as file:
            message, *others = json.load(file)
            self.write(file, others)
        return message

    def write(self, file, messages):
        file.seek(0)
        json.dump(messages, file)
        file.truncate()  # at the end alone: some file systems write a file to the disk when it was emptied first


class PipeMailbox:
    def __init__(self):
        self.reader, self.writer = Pipe(duplex=False)

    def put(self, message):
        self.writer.send(message)

    def get(self):
        return self.reader.recv()


def file_mailboxes(arm):
    folder = arm.folder()
    return [FileMailbox(os.path.join(folder, name)) for name in ("there", "back")]


def partner(address, ways):
    def hand_back(name):
        there, back = ways[name]
        for _ in range(HANDOVERS):
            back.put(there.get())

    line = check_in(address, "partner")
    line.serve(hand_back=hand_back)


def one_round(peer, name, there, back):
    """Seconds of each way there and back, but for the first: the partner has to come to it."""
    peer.begin("hand_back", name)
    times = []
    for _ in range(HANDOVERS):
        began = time.perf_counter()
        there.put(MESSAGE)
        back.get()
        times.append(time.perf_counter() - began)
    peer.answer()
    return times[1:]


def compare(arm, ways):
    """The microseconds that a message takes by each way, there and back: the quickest, and the median."""
    if cpus.can_pin():
        cpus.pin(cpus.usable()[-1])  # its children will be there too
    Process(target=partner, args=(arm.address, ways)).start()
    peer = arm.expect("partner")
    times = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, pair in ways.items():
            times[name] += one_round(peer, name, *pair)
    arm.record(**{f"{name}_us": round(min(took) * 1e6, 1) for name, took in times.items()})
    arm.record(**{f"{name}_median_us": round(statistics.median(took) * 1e6, 1) for name, took in times.items()})


def experiment(arm):
    ways = {"queue": (Queue(), Queue()), "pipe": (PipeMailbox(), PipeMailbox()), "file": file_mailboxes(arm)}
    compare(arm, ways)


def control(arm):
    compare(arm, {"file": file_mailboxes(arm), "other_file": file_mailboxes(arm)})


if __name__ == "__main__":
    main(experiment, control)
