"""The same as lock_of_other_context.py, with one context for both."""

import multiprocessing


def work(lock):
    with lock:
        print("work", flush=True)


if __name__ == "__main__":
    lock = multiprocessing.Lock()
    process = multiprocessing.Process(target=work, args=(lock,))
    process.start()
    process.join()
