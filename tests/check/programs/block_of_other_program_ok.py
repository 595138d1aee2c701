"""The other program is a child of multiprocessing, which shares its parent's tracker."""

import multiprocessing
from multiprocessing.shared_memory import SharedMemory


def attach(name):
    block = SharedMemory(name)
    print(block.buf[0], flush=True)
    block.close()


def main():
    block = SharedMemory(create=True, size=16)
    block.buf[0] = 7
    child = multiprocessing.get_context("spawn").Process(target=attach, args=(block.name,))
    child.start()
    child.join()
    SharedMemory(block.name).close()
    block.close()
    block.unlink()


if __name__ == "__main__":
    main()
