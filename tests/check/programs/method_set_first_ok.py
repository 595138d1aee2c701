"""The program uses a context of its own and sets nothing."""

import multiprocessing


def report(lock):
    with lock:
        print("child", flush=True)


if __name__ == "__main__":
    context = multiprocessing.get_context()
    lock = context.Lock()
    child = context.Process(target=report, args=(lock,))
    child.start()
    child.join()
