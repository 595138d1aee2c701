"""A class makes a block per item and unlinks only the last one. Sound: memory_never_unlinked_ok."""

from multiprocessing.shared_memory import SharedMemory


class Blocks:
    def __init__(self):
        self.block = None

    def put(self, data):
        self.block = SharedMemory(create=True, size=len(data))  # cause: leaked-shared-memory
        self.block.buf[: len(data)] = data

    def close(self):
        self.block.close()
        self.block.unlink()


if __name__ == "__main__":
    blocks = Blocks()
    for data in (b"one", b"two"):
        blocks.put(data)
    blocks.close()
    print("closed", flush=True)
