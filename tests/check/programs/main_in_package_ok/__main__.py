"""The same as main_in_package, with the class in a module of its own."""

import multiprocessing

import counter


def run():
    pool = multiprocessing.Pool(1)
    counts = pool.map_async(counter.Counter().count, ["a", "bb"])
    print(sum(counts.get()), flush=True)
    pool.close()


if __name__ == "__main__":
    run()
