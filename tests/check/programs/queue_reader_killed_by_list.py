"""All workers of a list are terminated, and the queue's rest is read by a helper. Sound: queue_reader_killed_ok."""

import multiprocessing as mp
import time


def work(tasks, ready):
    ready.release()
    for _ in iter(tasks.get, None):
        pass


def drain(tasks):
    rest = []
    while len(rest) < 2:
        rest.append(tasks.get())  # cause: queue-lock-held-after-terminate
    return rest


if __name__ == "__main__":
    tasks, ready = mp.Queue(), mp.Semaphore(0)
    workers = [mp.Process(target=work, args=(tasks, ready)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for _ in workers:
        ready.acquire()
    time.sleep(0.5)
    for worker in workers:
        worker.terminate()
        worker.join()
    tasks.put(1)
    tasks.put(2)
    print(drain(tasks), flush=True)
