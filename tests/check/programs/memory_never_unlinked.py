"""A block of shared memory is closed and never unlinked."""

from multiprocessing import shared_memory


def main():
    block = shared_memory.SharedMemory(create=True, size=100)  # cause: leaked-shared-memory
    block.buf[0] = 7
    print(block.buf[0], flush=True)
    block.close()


if __name__ == "__main__":
    main()
