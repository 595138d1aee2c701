"""A pool is used, and the start method set after that. Sound: method_set_first_ok."""

from multiprocessing import Pool, set_start_method


def main():
    with Pool(1) as pool:
        print(pool.apply(abs, (-1,)), flush=True)
    set_start_method("spawn")  # cause: start-method-already-set


if __name__ == "__main__":
    main()
