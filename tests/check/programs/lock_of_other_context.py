"""A Lock of the fork context is passed to a process of the spawn context, which the program chooses itself."""

import multiprocessing


def work(lock):
    with lock:
        print("work", flush=True)


if __name__ == "__main__":
    lock = multiprocessing.get_context("fork").Lock()
    process = multiprocessing.get_context("spawn").Process(target=work, args=(lock,))
    process.start()  # cause: mixed-start-contexts
    process.join()
