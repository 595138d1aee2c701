"""The top level opens a file, and two children read it. Sound: file_read_by_forks_ok."""

import multiprocessing

SOURCE = open(__file__, "rb")  # noqa: SIM115


def load(results):
    results.put(len(SOURCE.read()) > 100)


def main():
    results = multiprocessing.SimpleQueue()
    for _ in range(2):
        reader = multiprocessing.Process(target=load, args=(results,))
        reader.start()  # cause: state-copied-by-fork under fork, forkserver[>=3.13.8]
        reader.join()
    print(sorted(results.get() for _ in range(2)), flush=True)


if __name__ == "__main__":
    main()
