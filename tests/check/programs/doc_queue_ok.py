"""A child sends a list through a queue, and the parent reads it before join()."""

from multiprocessing import Process, Queue


def send(queue):
    queue.put([42, None, "hello"])


if __name__ == "__main__":
    queue = Queue()
    child = Process(target=send, args=(queue,))
    child.start()
    print(queue.get())
    child.join()
