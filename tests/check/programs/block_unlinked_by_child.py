"""The first child unlinks the block that the second one needs. Sound: block_unlinked_last_ok."""

import multiprocessing
from multiprocessing.shared_memory import SharedMemory


def use(name):
    block = SharedMemory(name=name)
    print(block.buf[0], flush=True)
    block.close()
    block.unlink()  # cause: shared-memory-removed-early


if __name__ == "__main__":
    block = SharedMemory(create=True, size=16)
    for _ in range(2):
        child = multiprocessing.Process(target=use, args=(block.name,))
        child.start()
        child.join()
    block.close()
