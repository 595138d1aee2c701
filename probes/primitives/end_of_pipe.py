"""A child sends one message through a pipe and ends, although its parent waits for two."""

import os
import sys
from multiprocessing import Pipe, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main, symptoms


def send(sender, messages):
    for message in messages:
        sender.send(message)
    sys.exit(3)


def receive(arm, messages):
    receiver, sender = Pipe(duplex=False)
    child = Process(target=send, args=(sender, messages))
    child.start()
    sender.close()  # otherwise this process keeps the pipe open
    received = [receiver.recv()]
    try:
        received.append(receive_next(receiver))
        error = "none"
    except Exception as caught:
        arm.symptom(**symptoms.raised(caught, "parent"))
        error = type(caught).__name__
    child.join()
    arm.record(received=received, error=error, exit_code=child.exitcode)


def receive_next(receiver):
    return receiver.recv() if receiver.poll(TIMEOUT) else None


def sends_one(arm):
    receive(arm, ["one"])


def sends_two(arm):
    receive(arm, ["one", "two"])


def look_at_the_exit_code(arm):
    receiver, sender = Pipe(duplex=False)
    child = Process(target=send, args=(sender, []))
    child.start()
    # --8<-- [start:look-at-the-exit-code]
    sender.close()  # in the parent, which only receives
    try:
        message = receiver.recv()
    except EOFError:  # the child has ended, or has closed its end
        child.join()
        message = f"no message: the child has ended with exit code {child.exitcode}"
    # --8<-- [end:look-at-the-exit-code]
    arm.record(message=message)


if __name__ == "__main__":
    main(sends_one, sends_two, look_at_the_exit_code)
