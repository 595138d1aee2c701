"""map_async() whose result is only waited for. Sound: error_never_asked_ok."""

import multiprocessing


def parse(text):
    return int(text)


def main():
    pool = multiprocessing.Pool(1)
    pending = pool.map_async(parse, ["1", "x"])  # cause: task-error-never-seen
    pending.wait()
    pool.close()
    pool.join()


if __name__ == "__main__":
    main()
    print("parsed", flush=True)
