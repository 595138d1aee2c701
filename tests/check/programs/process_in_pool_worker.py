"""A pool's task starts a Process, which a daemonic worker may not."""

from multiprocessing import Pool, Process


def nothing():
    pass


def work(number):
    child = Process(target=nothing)
    child.start()  # cause: daemon-has-children
    child.join()
    return number


if __name__ == "__main__":
    with Pool(1) as pool:
        print(pool.apply(work, (1,)), flush=True)
