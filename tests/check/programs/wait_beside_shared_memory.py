"""waitpid(-1) until there is no child, in a program whose SharedMemory has started a helper. Sound: wait_until_no_child_ok."""

import os
from multiprocessing.shared_memory import SharedMemory


class Reaper:
    def reap(self):
        count = 0
        while True:
            try:
                os.waitpid(-1, 0)  # cause: waits-for-helper-process
            except ChildProcessError:
                return count
            count += 1


block = SharedMemory(create=True, size=16)
try:
    for _ in range(2):
        if not os.fork():
            os._exit(0)
    print("ended:", Reaper().reap(), flush=True)
finally:
    block.close()
    block.unlink()
