"""An iterator of imap() is read on after terminate(). Sound: map_result_after_pool_ok."""

import multiprocessing
import time


def slow(number):
    time.sleep(0.2 * number)
    return number


class Reader:
    def __init__(self):
        self.pool = multiprocessing.Pool(1)
        self.results = self.pool.imap(slow, [1, 5, 5])

    def first(self):
        value = next(self.results)
        self.pool.terminate()
        return value

    def rest(self):
        return list(self.results)  # cause: pool-ended-before-result


if __name__ == "__main__":
    reader = Reader()
    print(reader.first(), flush=True)
    print(reader.rest(), flush=True)
