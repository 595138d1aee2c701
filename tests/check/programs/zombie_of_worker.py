"""A worker process starts a command for its task and never waits for it. Sound: zombies_of_commands_ok."""

import multiprocessing
import subprocess
import time

started = []


def work():
    started.append(subprocess.Popen(["sleep", "0.1"], close_fds=True))  # cause: zombie-left-behind
    time.sleep(3)


if __name__ == "__main__":
    worker = multiprocessing.Process(target=work)
    worker.start()
    worker.join()
    print("worked", flush=True)
