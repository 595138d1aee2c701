"""A Lock is in each item of a map(), inside a dictionary. Sound: queue_in_executor_ok."""

from multiprocessing import Lock, Pool


def work(item):
    with item["lock"]:
        return item["number"]


class Batch:
    def __init__(self):
        self.lock = Lock()

    def run(self):
        with Pool(1) as pool:
            items = [{"lock": self.lock, "number": number} for number in range(2)]
            return pool.map(work, items)  # cause: primitive-outside-inheritance


if __name__ == "__main__":
    print(Batch().run(), flush=True)
