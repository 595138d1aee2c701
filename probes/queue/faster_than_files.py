"""Two processes pass a message to and fro: through queues, through pipes, and through files that a lock protects.

The file has a lock as the queue has, and a semaphore that announces each message, so that no process has to poll. Only
the place of the message differs. Everything runs on one CPU if the system allows it, because waking a process on
another CPU costs more than any of these transports, by an amount that varies. The transports take turns, and the
fastest trip of each counts, because nothing else has disturbed it. The control compares two file mailboxes.
"""

import json
import os
import statistics
import sys
import time
from multiprocessing import Lock, Pipe, Process, Queue, Semaphore

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, cpus, main, memory

ROUNDS, TRIPS = 40, 10
MESSAGE = "m" * 100


class FileMailbox:
    """Messages in a file that each access opens, reads and writes while it holds a lock."""

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
        file.truncate()  # last, because some file systems write a file to the disk if it was emptied first


class PipeMailbox:
    def __init__(self):
        self.reader, self.writer = Pipe(duplex=False)

    def put(self, message):
        self.writer.send(message)

    def get(self):
        return self.reader.recv()


def file_mailboxes(arm):
    folder = arm.folder()
    return [FileMailbox(os.path.join(folder, name)) for name in ("requests", "replies")]


def partner(address, transports):
    def send_back(name):
        requests, replies = transports[name]
        for _ in range(TRIPS):
            replies.put(requests.get())

    line = check_in(address, "partner")
    line.serve(send_back=send_back)


def time_trips(peer, name, requests, replies):
    """Return the seconds of each trip there and back, without the first, for which the partner may not be ready."""
    peer.begin("send_back", name)
    times = []
    for _ in range(TRIPS):
        began = time.perf_counter()
        requests.put(MESSAGE)
        replies.get()
        times.append(time.perf_counter() - began)
    peer.answer()
    return times[1:]


def compare(arm, transports):
    """Record the fastest and the median trip of each transport, in microseconds."""
    if cpus.can_pin():
        cpus.pin(cpus.usable()[-1])  # its children inherit this
    Process(target=partner, args=(arm.address, transports)).start()
    peer = arm.expect("partner")
    times = {name: [] for name in transports}
    for _ in range(ROUNDS):
        for name, mailboxes in transports.items():
            times[name] += time_trips(peer, name, *mailboxes)
    arm.record(**{f"{name}_us": round(min(seconds) * 1e6, 1) for name, seconds in times.items()})
    arm.record(**{f"{name}_median_us": round(statistics.median(seconds) * 1e6, 1) for name, seconds in times.items()})


def experiment(arm):
    memory.require_room_for_thread()  # for the thread of each queue
    compare(arm, {"queue": (Queue(), Queue()), "pipe": (PipeMailbox(), PipeMailbox()), "file": file_mailboxes(arm)})


def control(arm):
    compare(arm, {"file": file_mailboxes(arm), "other_file": file_mailboxes(arm)})


if __name__ == "__main__":
    main(experiment, control)
