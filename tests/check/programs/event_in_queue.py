"""An Event is put into a queue. The program prints the error of the queue's thread and waits no longer.

Sound: queue_in_executor_ok.
"""

import multiprocessing
import queue


def wait_for(requests):
    try:
        requests.get(timeout=2).wait(1)
    except queue.Empty:
        print("nothing came", flush=True)


if __name__ == "__main__":
    requests = multiprocessing.Queue()
    child = multiprocessing.Process(target=wait_for, args=(requests,))
    child.start()
    requests.put(multiprocessing.Event())  # cause: primitive-outside-inheritance
    child.join()
