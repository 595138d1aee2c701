"""A SharedMemoryManager ends before its block is used. Sound: block_unlinked_last_ok."""

import multiprocessing
from multiprocessing.managers import SharedMemoryManager
from multiprocessing.shared_memory import SharedMemory


class Reader(multiprocessing.Process):
    def __init__(self, name, go):
        super().__init__()
        self.block_name, self.go = name, go

    def run(self):
        self.go.wait()
        block = SharedMemory(self.block_name)
        print(block.buf[0])
        block.close()


def main():
    go = multiprocessing.Event()
    manager = SharedMemoryManager()
    manager.start()
    reader = Reader(manager.SharedMemory(16).name, go)
    reader.start()
    manager.shutdown()  # cause: shared-memory-removed-early
    go.set()
    reader.join()


if __name__ == "__main__":
    main()
