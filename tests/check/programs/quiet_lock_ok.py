"""A child has a lock for seconds, while another child and the parent wait for it."""

import multiprocessing
import time


def hold(lock, ready):
    with lock:
        ready.set()
        time.sleep(3)


def want(lock):
    with lock:
        print("child", flush=True)


if __name__ == "__main__":
    lock, ready = multiprocessing.Lock(), multiprocessing.Event()
    children = [multiprocessing.Process(target=hold, args=(lock, ready))]
    children[0].start()
    ready.wait()
    children.append(multiprocessing.Process(target=want, args=(lock,)))
    children[1].start()
    with lock:
        print("parent", flush=True)
    for child in children:
        child.join()
