"""A block of shared memory is unlinked when its users have ended; to attach to no block is handled."""

import multiprocessing
from multiprocessing import shared_memory


def read(name):
    block = shared_memory.SharedMemory(name=name)
    print(block.buf[0])
    block.close()


if __name__ == "__main__":
    block = shared_memory.SharedMemory(create=True, size=16)
    child = multiprocessing.Process(target=read, args=(block.name,))
    child.start()
    child.join()
    block.close()
    block.unlink()
    try:
        read(block.name)
    except FileNotFoundError:
        print("gone")
