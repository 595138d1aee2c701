"""A target is defined under the main guard, so only a forked child has it. Sound: function_under_guard_ok."""

import multiprocessing

if __name__ == "__main__":

    def job(number):
        print(number * 2, flush=True)

    child = multiprocessing.Process(target=job, args=(2,))
    child.start()  # cause: defined-under-main-guard under spawn, forkserver
    child.join()
