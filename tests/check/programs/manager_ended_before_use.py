"""The program itself reads a manager's list after shutdown(). Sound: manager_block_ok."""

import multiprocessing


def fill(items):
    items.append(1)


if __name__ == "__main__":
    manager = multiprocessing.Manager()
    items = manager.list()
    child = multiprocessing.Process(target=fill, args=(items,))
    child.start()
    child.join()
    manager.shutdown()  # cause: manager-ended-early
    print(list(items))
