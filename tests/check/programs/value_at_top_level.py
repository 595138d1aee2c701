"""A Value at the top level counts in each child for itself. Sound: queue_at_top_level_ok."""

from multiprocessing import Pool, Value

counter = Value("i", 0)  # cause: primitive-made-again under spawn, forkserver


def work(number):
    with counter.get_lock():
        counter.value += number
    return number


def main():
    with Pool(1) as pool:
        pool.map(work, [1, 2, 3])
    print("counted", counter.value, flush=True)


if __name__ == "__main__":
    main()
