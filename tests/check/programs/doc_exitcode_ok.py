"""A process before its start, while it runs, and after terminate()."""

import multiprocessing
import signal
import time

if __name__ == "__main__":
    child = multiprocessing.Process(target=time.sleep, args=(1000,))
    print(child.is_alive())
    child.start()
    print(child.is_alive())
    child.terminate()
    child.join()
    print(child.is_alive(), child.exitcode == -signal.SIGTERM)
