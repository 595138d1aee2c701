"""A manager of shared memory: children share a list, and the manager frees it."""

from multiprocessing import Process
from multiprocessing.managers import SharedMemoryManager


def double(values, begin, end):
    for index in range(begin, end):
        values[index] *= 2


if __name__ == "__main__":
    with SharedMemoryManager() as manager:
        values = manager.ShareableList(range(6))
        children = [Process(target=double, args=(values, *part)) for part in ((0, 3), (3, 6))]
        for child in children:
            child.start()
        for child in children:
            child.join()
        print(list(values))
