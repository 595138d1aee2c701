"""The program forks by hand while a thread is inside a lock; the child needs the lock. Sound: fork_beside_lock_ok."""

import os
import threading
import time

guard = threading.Lock()
inside = threading.Event()


def worker():
    with guard:
        inside.set()
        time.sleep(3)


def split():
    pid = os.fork()  # cause: fork-with-threads-deadlock
    if pid:
        os.waitpid(pid, 0)
        return
    guard.acquire()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=worker, daemon=True).start()
    inside.wait()
    split()
    print("end", flush=True)
