"""A variable is set between two executors, with a module's function as the task. Sound: environment_set_late_ok."""

import os
from concurrent.futures import ProcessPoolExecutor


def main():
    with ProcessPoolExecutor(1) as executor:
        executor.submit(abs, 1).result()
    os.environ["SIZE_OF_TEST"] = "7"  # cause: state-not-inherited under forkserver
    with ProcessPoolExecutor(1) as executor:
        print(executor.submit(size).result(), flush=True)


def size():
    return int(os.environ.get("SIZE_OF_TEST", "0"))


if __name__ == "__main__":
    main()
