"""The same as memory_never_unlinked.py, with unlink()."""

from multiprocessing import shared_memory


def main():
    block = shared_memory.SharedMemory(create=True, size=100)
    block.buf[0] = 7
    print(block.buf[0], flush=True)
    block.close()
    block.unlink()


if __name__ == "__main__":
    main()
