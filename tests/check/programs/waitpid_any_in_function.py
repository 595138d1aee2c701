"""os.waitpid(-1, 0) in a method, after shared memory has started the resource tracker. Sound: wait_until_no_child_ok."""

import os
from multiprocessing import shared_memory


class Children:
    def __init__(self):
        self.block = shared_memory.SharedMemory(create=True, size=10)

    def run(self):
        if not os.fork():
            os._exit(0)
        return self.collect()

    def collect(self):
        count = 0
        try:
            while os.waitpid(-1, 0)[0]:  # cause: waits-for-helper-process
                count += 1
        except ChildProcessError:
            return count


if __name__ == "__main__":
    children = Children()
    try:
        print(children.run(), flush=True)
    finally:
        children.block.close()
        children.block.unlink()
