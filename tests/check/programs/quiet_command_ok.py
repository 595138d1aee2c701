"""A child waits for a command, and the parent for the child; nothing is said for seconds."""

import subprocess
from multiprocessing import Process


def work():
    subprocess.run(["sleep", "3"], check=True)


if __name__ == "__main__":
    child = Process(target=work)
    child.start()
    child.join()
    print(child.exitcode, flush=True)
