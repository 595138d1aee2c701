"""Several children put lists; a method joins all of them in a loop. Sound: join_before_get_ok."""

from multiprocessing import Process, Queue


class Farm:
    def __init__(self):
        self.results = Queue()

    def work(self, number):
        for _ in range(20):
            self.results.put([number] * 20_000)

    def run(self):
        workers = [Process(target=self.work, args=(number,)) for number in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()  # cause: queue-join-deadlock
        return [self.results.get()[0] for _ in range(40)]


if __name__ == "__main__":
    print(sum(Farm().run()), flush=True)
