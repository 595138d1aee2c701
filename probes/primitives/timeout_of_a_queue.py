"""put() and get() of a queue have a timeout, and the process at the other side has ended or works."""

import os
import sys
from multiprocessing import Process, Queue
from queue import Full

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, error_of, main

SECONDS = 0.1


def end(address):
    sys.exit(check_in(address, "child").serve())


def echo(address, questions, answers):
    check_in(address, "child").serve(echo=lambda: answers.put(questions.get()))


def other_side_has_ended(arm):
    child = Process(target=end, args=(arm.address,))
    child.start()
    arm.expect("child").leave(3)
    child.join()
    questions, answers = Queue(1), Queue()
    questions.put("first")
    arm.record(put=error_of(arm, lambda: questions.put("second", timeout=SECONDS)))
    arm.record(get=error_of(arm, lambda: answers.get(timeout=SECONDS)))
    arm.record(messages=[symptom["text"] for symptom in arm.symptoms])
    questions.get(timeout=TIMEOUT)


def other_side_works(arm):
    questions, answers = Queue(1), Queue()
    child = Process(target=echo, args=(arm.address, questions, answers))
    child.start()
    peer = arm.expect("child")
    questions.put("first")
    peer.call("echo")
    arm.record(put=error_of(arm, lambda: questions.put("second", timeout=TIMEOUT)))
    arm.record(get=error_of(arm, lambda: answers.get(timeout=TIMEOUT)))
    peer.call("echo")
    answers.get(timeout=TIMEOUT)
    peer.leave()
    child.join()


# --8<-- [start:look-at-the-other-side]
def put(items, item, consumer):
    while True:
        try:
            return items.put(item, timeout=0.1)
        except Full:
            if not consumer.is_alive():
                raise RuntimeError(f"the consumer has ended with exit code {consumer.exitcode}") from None


# --8<-- [end:look-at-the-other-side]


def consume(items):
    sys.exit(3)


def look_at_the_other_side(arm):
    # --8<-- [start:look-at-the-other-side]
    items = Queue(1)
    consumer = Process(target=consume, args=(items,))
    consumer.start()
    put(items, "first", consumer)
    # --8<-- [end:look-at-the-other-side]
    try:
        put(items, "second", consumer)
    except RuntimeError as error:
        arm.record(message=str(error))
    items.get(timeout=TIMEOUT)


if __name__ == "__main__":
    main(other_side_has_ended, other_side_works, look_at_the_other_side)
