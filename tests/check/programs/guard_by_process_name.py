"""The program asks for the process's name instead of __name__. The fork server has the name MainProcess too.

Sound: guard_by_name_ok. The fork server imports the main file from 3.13.8 and 3.14.1 on.
"""

import multiprocessing


def double(number):
    return 2 * number


def serve():
    with multiprocessing.Pool(1) as pool:
        print(pool.apply(double, (21,)), flush=True)


if multiprocessing.current_process().name == "MainProcess":  # cause: missing-main-guard under forkserver if python >= 3.13.8
    serve()
