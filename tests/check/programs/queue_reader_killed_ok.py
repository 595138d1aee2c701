"""The same as queue_reader_killed.py; the reader ends by a sentinel."""

import multiprocessing


def read(tasks):
    tasks.get()


if __name__ == "__main__":
    tasks = multiprocessing.Queue()
    reader = multiprocessing.Process(target=read, args=(tasks,))
    reader.start()
    tasks.put(None)
    reader.join()
    tasks.put("task")
    print(tasks.get(), flush=True)
