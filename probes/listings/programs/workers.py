"""Three workers enter one room, each at any time, or one after the other by a lock."""

import os
import sys
from multiprocessing import Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit import say, step, use_start_method


def work():
    step("at the door")
    say(f"{os.getpid()} in")
    step("in the room")
    say(f"{os.getpid()} out")


def work_in_turn(lock):
    step("at the door")
    lock.acquire()
    say(f"{os.getpid()} in")
    step("in the room")
    say(f"{os.getpid()} out")
    lock.release()


if __name__ == "__main__":
    use_start_method()
    lock = Lock()
    for _ in range(3):
        if "in-turn" in sys.argv:
            Process(target=work_in_turn, args=(lock,)).start()
        else:
            Process(target=work).start()
    step("main")
