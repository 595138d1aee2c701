"""A service ends its workers by terminate(), and the one that ignores it by kill(), and joins them."""

import multiprocessing
import signal
import time


def stubborn(ready):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready.release()
    time.sleep(60)


def idle(ready):
    ready.release()
    time.sleep(60)


class Service:
    def __init__(self):
        self.ready = multiprocessing.Semaphore(0)
        self.workers = [multiprocessing.Process(target=target, args=(self.ready,)) for target in (stubborn, idle)]

    def __enter__(self):
        for worker in self.workers:
            worker.start()
            self.ready.acquire()
        return self

    def __exit__(self, *exception):
        for worker in self.workers:
            worker.terminate()
            worker.join(0.5)
            if worker.is_alive():
                worker.kill()
                worker.join()


if __name__ == "__main__":
    with Service() as service:
        print("works", flush=True)
    print([worker.exitcode for worker in service.workers], flush=True)
