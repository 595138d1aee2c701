"""A library takes its queue and its process from a context of its own."""

import multiprocessing as mp


def answer(queue):
    queue.put("hello")


if __name__ == "__main__":
    context = mp.get_context("spawn")
    queue = context.Queue()
    child = context.Process(target=answer, args=(queue,))
    child.start()
    print(queue.get())
    child.join()
