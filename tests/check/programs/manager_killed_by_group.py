"""A namespace is read after the manager was killed from outside the program's own code. Sound: manager_killed_before_put_ok."""

import os
import signal
import subprocess
import time
from multiprocessing.managers import SyncManager


class Store(SyncManager):
    pass


def main():
    store = Store()
    store.start()
    shared = store.Namespace()
    shared.level = 1
    subprocess.run(["kill", "-9", str(store._process.pid)], check=True)
    time.sleep(0.5)
    return shared.level  # cause: manager-died


if __name__ == "__main__":
    print(main(), flush=True)
