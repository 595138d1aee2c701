"""A folder as a program: the pool's task is a method of a class in __main__.py."""

import multiprocessing


class Counter:
    def count(self, word):
        return len(word)


def run():
    pool = multiprocessing.Pool(1)
    counts = pool.map_async(Counter().count, ["a", "bb"])  # cause: main-not-importable under spawn, forkserver
    print(sum(counts.get()), flush=True)
    pool.close()


if __name__ == "__main__":
    run()
