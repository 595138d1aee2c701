"""A reader waits for a sender that has the pipe's other end rightly, and that waits for the lock of a killed process. Sound: pipe_ends_of_siblings_ok."""

import os
import signal
import time
from multiprocessing import Event, Lock, Pipe, Process


def hold(lock, held):
    with lock:
        held.set()
        time.sleep(60)


def send(sender, lock):
    with lock:  # cause: lock-held-after-terminate
        sender.send("text")


def show(receiver):
    print(receiver.recv(), flush=True)


def main():
    lock, held = Lock(), Event()
    holder = Process(target=hold, args=(lock, held))
    holder.start()
    held.wait()
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    receiver, sender = Pipe(duplex=False)
    children = [Process(target=send, args=(sender, lock)), Process(target=show, args=(receiver,))]
    for child in children:
        child.start()
    sender.close()
    receiver.close()
    for child in children:
        child.join()


if __name__ == "__main__":
    main()
