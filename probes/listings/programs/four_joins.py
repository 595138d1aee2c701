"""Four workers take 5, 3, 2 and 1 hours of the probe's clock; all are started and then all are joined."""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit import say, step, use_start_method


def work(name, hours):
    step(name)
    say(f"{name} begins")
    step(name, hours=hours)
    say(f"{name} ends")


if __name__ == "__main__":
    use_start_method()
    workers = [
        Process(target=work, args=("worker 1", 5)),
        Process(target=work, args=("worker 2", 3)),
        Process(target=work, args=("worker 3", 2)),
        Process(target=work, args=("worker 4", 1)),
    ]
    began = step("main") or 0
    for worker in workers:
        worker.start()
        if "one-by-one" in sys.argv:
            worker.join()
    for worker in workers:
        worker.join()
    ended = step("main") or 0
    say(f"it took {ended - began} hours")
    say("the main line")
