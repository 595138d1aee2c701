"""Each process has an id of its own, and the log shows it."""

import multiprocessing
import uuid

RUN = uuid.uuid4().hex


class Worker(multiprocessing.Process):
    def run(self):
        print("worker", self.name, "run", RUN, flush=True)


if __name__ == "__main__":
    print("main run", RUN, flush=True)
    workers = [Worker() for _ in range(2)]
    for worker in workers:
        worker.start()
        worker.join()
