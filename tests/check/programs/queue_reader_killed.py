"""A process is terminated while it waits in Queue.get(); the next reader waits for the queue's lock."""

import multiprocessing
import time


def read(tasks, ready):
    ready.set()
    tasks.get()


if __name__ == "__main__":
    tasks, ready = multiprocessing.Queue(), multiprocessing.Event()
    reader = multiprocessing.Process(target=read, args=(tasks, ready))
    reader.start()
    ready.wait()
    time.sleep(0.5)
    reader.terminate()
    reader.join()
    tasks.put("task")
    print(tasks.get(), flush=True)  # cause: queue-lock-held-after-terminate
