"""The same as error_never_asked.py, with an error_callback for one task and get() for another."""

from multiprocessing import Pool


def save(number):
    raise OSError(f"no room for {number}")


def report(error):
    print("error:", error, flush=True)


if __name__ == "__main__":
    with Pool(1) as pool:
        pool.apply_async(save, (1,), error_callback=report)
        second = pool.apply_async(save, (2,))
        pool.close()
        pool.join()
    try:
        second.get()
    except OSError as error:
        print("error:", error, flush=True)
