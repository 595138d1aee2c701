"""The program chooses its start method once, under the main guard."""

import multiprocessing as mp


def answer(queue):
    queue.put("hello")


if __name__ == "__main__":
    mp.set_start_method("spawn")
    queue = mp.Queue()
    child = mp.Process(target=answer, args=(queue,))
    child.start()
    print(queue.get())
    child.join()
