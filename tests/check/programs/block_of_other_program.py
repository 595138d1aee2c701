"""Another Python program attaches to a block of shared memory, and its tracker removes the block at its end."""

import subprocess
import sys
import time
from multiprocessing.shared_memory import SharedMemory


def attach(name):
    block = SharedMemory(name)  # cause: shm-tracker-premature-unlink
    print(block.buf[0], flush=True)
    block.close()


def main():
    block = SharedMemory(create=True, size=16)
    block.buf[0] = 7
    subprocess.run([sys.executable, __file__, block.name], check=True)
    for _ in range(50):
        try:
            SharedMemory(block.name).close()
        except FileNotFoundError:
            break
        time.sleep(0.1)
    else:
        block.unlink()
    block.close()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        attach(sys.argv[1])
    else:
        main()
