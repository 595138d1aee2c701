"""Workers read a SimpleQueue; one of them is killed, the other one never gets a task. Sound: queue_reader_killed_ok."""

import time
from multiprocessing import Event, Process, SimpleQueue


class Worker(Process):
    def __init__(self, tasks):
        super().__init__(daemon=True)
        self.tasks = tasks
        self.ready = Event()

    def run(self):
        self.ready.set()
        print("got", self.tasks.get(), flush=True)  # cause: queue-lock-held-after-terminate


def main():
    tasks = SimpleQueue()
    first = Worker(tasks)
    first.start()
    first.ready.wait()
    time.sleep(0.5)
    second = Worker(tasks)
    second.start()
    second.ready.wait()
    time.sleep(0.5)
    first.kill()
    first.join()
    tasks.put(1)
    second.join()


if __name__ == "__main__":
    main()
