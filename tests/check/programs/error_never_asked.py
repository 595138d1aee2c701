"""apply_async() without get(): the task fails and nothing says so."""

from multiprocessing import Pool


def save(number):
    raise OSError(f"no room for {number}")


if __name__ == "__main__":
    with Pool(1) as pool:
        pool.apply_async(save, (1,))  # cause: task-error-never-seen
        pool.close()
        pool.join()
    print("saved", flush=True)
