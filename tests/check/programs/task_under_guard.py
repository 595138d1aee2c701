"""A task of an executor is defined under the main guard. Sound: function_under_guard_ok."""

from concurrent.futures import ProcessPoolExecutor

if __name__ == "__main__":

    def triple(number):
        return 3 * number

    with ProcessPoolExecutor(1) as executor:
        print(executor.submit(triple, 4).result(), flush=True)  # cause: defined-under-main-guard under spawn, forkserver
