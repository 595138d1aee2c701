"""os.waitpid() for a multiprocessing child: under forkserver the fork server is its parent. Sound: join_in_other_process_ok."""

import os
import sys
from multiprocessing import Process


def work():
    sys.exit(4)


def main():
    child = Process(target=work)
    child.start()
    _, status = os.waitpid(child.pid, 0)  # cause: not-a-child-of-this-process under forkserver
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    print("code", main(), flush=True)
