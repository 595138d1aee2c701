"""A Queue at the top level of the main file: each child has a queue of its own, and the parent waits at the other one."""

import multiprocessing

results = multiprocessing.Queue()  # cause: primitive-made-again under spawn, forkserver


def work(number):
    results.put(number * 2)


if __name__ == "__main__":
    child = multiprocessing.Process(target=work, args=(4,))
    child.start()
    child.join()
    print(results.get(), flush=True)
