"""A program connects to a manager, or to a Listener, with the same key and with another one."""

import os
import sys
from multiprocessing import AuthenticationError, Process
from multiprocessing.connection import Client, Listener
from multiprocessing.managers import SyncManager

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main, outcome_of, report_outcome, symptoms


# --8<-- [start:same-key]
def read_first(address, key):  # in the other program
    client = SyncManager(address, authkey=key)
    client.connect()
    return client.list(["first"])[0]


# --8<-- [end:same-key]


def another_key(arm):
    let_read(arm, b"secret", b"another secret")


def no_key_given(arm):
    let_read(arm, None, None)


def same_key(arm):
    let_read(arm, b"secret", b"secret")


def let_read(arm, key, key_of_the_other):
    # --8<-- [start:same-key]
    # in the program that has the manager
    with SyncManager(authkey=key) as manager:  # as long as any program uses its objects
        address = manager.address  # for the other program, together with the key
        # --8<-- [end:same-key]
        program = arm.launch(other_program, address, None if key_of_the_other is None else key_of_the_other.decode())
        other = arm.expect("other")
        error = outcome_of(arm, other)
        arm.record(error=error)
        if error == "none":
            arm.record(read=other.details["result"])
        other.leave()
        arm.wait_exit_code(program)


def other_program(address, address_of_the_manager, key):
    report_outcome(address, "other", read_first, address_of_the_manager, None if key is None else key.encode())


# The same without a manager


def connect(address, key):
    try:
        Client(address, authkey=key).close()
    except AuthenticationError:  # the parent gets it too
        pass


def listener_and_another_key(arm):
    accept_client(arm, b"another secret")


def listener_and_same_key(arm):
    accept_client(arm, b"secret")


def accept_client(arm, key):
    with Listener(authkey=b"secret") as listener:
        child = Process(target=connect, args=(listener.address, key))
        child.start()
        try:
            listener.accept().close()
            arm.record(accept="none")
        except AuthenticationError as error:
            arm.record(accept=type(error).__name__)
            arm.symptom(**symptoms.raised(error, "parent"))
        child.join()


if __name__ == "__main__":
    main(another_key, no_key_given, same_key, listener_and_another_key, listener_and_same_key)
