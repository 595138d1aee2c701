"""Five buyers, one ticket in a file. Each searches first, then reads how many tickets there are and writes one less."""

import json
import os
import sys
from multiprocessing import Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, critical_section, main

BUYERS = [f"buyer {number}" for number in range(5)]


def tickets(path):
    with open(path, encoding="utf-8") as file:
        try:
            return json.load(file)["count"]
        except ValueError:  # another buyer has opened the file for writing, which empties it
            return None


def write(path, count):
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"count": count}, file)


def buyer(address, name, path, lock):
    read, bought = [], []

    def look():
        read.append(tickets(path))

    def buy():
        if read[-1]:
            write(path, read[-1] - 1)
            bought.append(1)

    critical_section.enter(address, name, lock, look, buy, search=lambda: tickets(path), bought=lambda: len(bought))


# --8<-- [start:lock]
def buy(lock, path):
    with lock:  # from reading to writing
        count = tickets(path)
        if count:
            write(path, count - 1)
    return bool(count)


# --8<-- [end:lock]


def buyer_with_lock(address, name, path, lock):
    check_in(address, name).serve(buy=lambda: buy(lock, path))


def lock(arm):
    path = os.path.join(arm.folder(), "tickets")
    write(path, 1)
    shared = Lock()
    for name in BUYERS:
        Process(target=buyer_with_lock, args=(arm.address, name, path, shared)).start()
    peers = [arm.expect(name) for name in BUYERS]
    for peer in peers:
        peer.begin("buy")
    arm.record(sold=sum(peer.answer() for peer in peers), left=tickets(path))


def sale(arm, lock):
    path = os.path.join(arm.folder(), "tickets")
    write(path, 1)
    for name in BUYERS:
        Process(target=buyer, args=(arm.address, name, path, lock)).start()
    peers = [arm.expect(name) for name in BUYERS]
    arm.record(found_by_search=[peer.call("search") for peer in peers])
    critical_section.count_inside(peers)
    arm.record(sold=sum(peer.call("bought") for peer in peers), left=tickets(path))
    for peer in peers:
        peer.leave()
        peer.wait_end()


def without_lock(arm):
    sale(arm, critical_section.NoLock())


def with_lock(arm):
    sale(arm, Lock())


if __name__ == "__main__":
    main(without_lock, with_lock, lock)
