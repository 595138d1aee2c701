"""A ShareableList is passed to a child, and nobody unlinks it. Sound: memory_never_unlinked_ok."""

from multiprocessing import Process
from multiprocessing.shared_memory import ShareableList


def change(values):
    values[0] = 2
    values.shm.close()


if __name__ == "__main__":
    values = ShareableList([1])  # cause: leaked-shared-memory
    child = Process(target=change, args=(values,))
    child.start()
    child.join()
    print(values[0], flush=True)
    values.shm.close()
