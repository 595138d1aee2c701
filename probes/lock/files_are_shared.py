"""A worker changes a value and rewrites a file. The parent finds the file changed, and its own value as it was."""

import os
import sys
import threading
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.checkin import PATIENCE

DATA = ["the parent's"]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def worker(path, told):
    found = read(path)
    DATA[0] = "the worker's"
    write(path, "the worker's")
    told.send([found, DATA[0]])


def work(arm, kind, own_file=False):
    hears, told = Pipe(duplex=False)
    folder = arm.folder()
    path = os.path.join(folder, "file")
    workers_path = os.path.join(folder, "another file") if own_file else path
    write(path, "the parent's")
    write(workers_path, "the parent's")
    runs = kind(target=worker, args=(workers_path, told))
    runs.start()
    if not hears.poll(PATIENCE):
        raise TimeoutError("the worker said nothing")
    found, workers_data = hears.recv()
    runs.join()
    arm.record(worker_found_in_file=found, then_in_file=read(path))
    arm.record(workers_data=workers_data, parents_data=DATA[0])


def experiment(arm):
    work(arm, Process)


def a_file_of_its_own(arm):
    work(arm, Process, own_file=True)


def a_thread(arm):
    work(arm, threading.Thread)


if __name__ == "__main__":
    main(experiment, a_file_of_its_own, a_thread)
