"""Children print one after the other under a lock; the exit of the program joins them."""

from multiprocessing import Lock, Process


def say(lock, number):
    lock.acquire()
    try:
        print("number", number, flush=True)
    finally:
        lock.release()


if __name__ == "__main__":
    lock = Lock()
    children = [Process(target=say, args=(lock, number)) for number in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join()
