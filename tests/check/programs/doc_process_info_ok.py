"""Parent and child print who they are."""

import os
from multiprocessing import Process


def describe(title):
    print(title, "module:", __name__, "parent:", os.getppid(), "self:", os.getpid(), flush=True)


def greet(name):
    describe("child")
    print("hello,", name, flush=True)


if __name__ == "__main__":
    describe("main")
    child = Process(target=greet, args=("Ada",))
    child.start()
    child.join()
