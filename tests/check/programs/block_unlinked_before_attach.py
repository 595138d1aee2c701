"""The program unlinks a block of shared memory when its child has yet to attach. Sound: block_unlinked_last_ok."""

import multiprocessing
from multiprocessing import shared_memory


def read(name, go):
    go.wait()
    block = shared_memory.SharedMemory(name=name)
    print(block.buf[0])
    block.close()


if __name__ == "__main__":
    go = multiprocessing.Event()
    block = shared_memory.SharedMemory(create=True, size=16)
    child = multiprocessing.Process(target=read, args=(block.name, go))
    child.start()
    block.close()
    block.unlink()  # cause: shared-memory-removed-early
    go.set()
    child.join()
