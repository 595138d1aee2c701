"""A supervisor ends a worker that holds a lock, and waits for its successor. Sound: lock_of_killed_ok."""

import multiprocessing
import time


def work(attempt, lock, ready):
    with lock:  # cause: lock-held-after-terminate
        ready.put(attempt)
        if attempt == 0:
            time.sleep(600)


if __name__ == "__main__":
    lock, ready = multiprocessing.Lock(), multiprocessing.Queue()
    for attempt in range(2):
        worker = multiprocessing.Process(target=work, args=(attempt, lock, ready), daemon=True)
        worker.start()
        print(ready.get(), flush=True)
        if attempt == 0:
            worker.terminate()
            worker.join()
