"""A block of shared memory that a child attaches to; the maker unlinks it."""

from multiprocessing import Process
from multiprocessing.shared_memory import SharedMemory


def change(name):
    block = SharedMemory(name)
    block.buf[:5] = b"howdy"
    block.close()


if __name__ == "__main__":
    block = SharedMemory(create=True, size=10)
    block.buf[:5] = b"hello"
    child = Process(target=change, args=(block.name,))
    child.start()
    child.join()
    print(bytes(block.buf[:5]))
    block.close()
    block.unlink()
