"""A worker changes a variable and rewrites a file. The parent finds the file changed, its own variable unchanged."""

import os
import sys
import threading
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main

DATA = ["the parent's"]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def worker(path, writer):
    found = read(path)
    DATA[0] = "the worker's"
    write(path, "the worker's")
    writer.send([found, DATA[0]])


def run_worker(arm, kind, own_file=False):
    """Run a worker of this kind, a Process or a Thread, and record what it and the parent then have."""
    reader, writer = Pipe(duplex=False)
    folder = arm.folder()
    path = os.path.join(folder, "file")
    workers_path = os.path.join(folder, "another file") if own_file else path
    write(path, "the parent's")
    write(workers_path, "the parent's")
    process_or_thread = kind(target=worker, args=(workers_path, writer))
    process_or_thread.start()
    if not reader.poll(TIMEOUT):
        raise TimeoutError("the worker sent nothing")
    found, workers_data = reader.recv()
    process_or_thread.join()
    arm.record(worker_found_in_file=found, then_in_file=read(path))
    arm.record(workers_data=workers_data, parents_data=DATA[0])


def experiment(arm):
    run_worker(arm, Process)


def a_file_of_its_own(arm):
    run_worker(arm, Process, own_file=True)


def a_thread(arm):
    run_worker(arm, threading.Thread)


if __name__ == "__main__":
    main(experiment, a_file_of_its_own, a_thread)
