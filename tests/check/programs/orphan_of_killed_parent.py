"""A child that has a child of its own is killed; the grandchild stays. Sound: orphan_of_exit_ok."""

import multiprocessing
import time


def grandchild(ready):
    ready.set()
    time.sleep(60)


def child(ready):
    inner = multiprocessing.Process(target=grandchild, args=(ready,))
    inner.start()  # cause: orphan-left-behind
    inner.join()


if __name__ == "__main__":
    ready = multiprocessing.Event()
    outer = multiprocessing.Process(target=child, args=(ready,))
    outer.start()
    ready.wait()
    outer.terminate()
    outer.join()
    print("ended", flush=True)
