"""A forked child begins with its parent's memory, a spawned child with new memory, a child of the fork server with the
server's memory: it has a module that the server imported and the parent did not.
"""

import ctypes
import os
import sys
from multiprocessing import Process, set_forkserver_preload

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

IMPORTED_IN = os.getpid()  # the process that ran the top level which made this memory
ONLY_THE_SERVERS = "colorsys"  # a module that only the fork server imports

memory = {}


def report(address, name, **facts):
    """Stands for the work of a child: what it has is seen by the probe."""
    check_in(address, name, **facts).serve()


def put(name, text):
    """Keep a text in raw memory, so that its address can be compared."""
    memory[name] = ctypes.create_string_buffer(text.encode())


def recall(name):
    """Return the text that this process has under that name, and its address."""
    return [memory[name].value.decode(), ctypes.addressof(memory[name])] if name in memory else [None, None]


def child(address, handed_over):
    put("handed over", handed_over)
    check_in(address, "child", preloaded=ONLY_THE_SERVERS in sys.modules).serve(
        recall=recall, origin=lambda: IMPORTED_IN
    )


# --8<-- [start:argument]
def work(address, value):
    report(address, "child", value=value)  # the child's work


# --8<-- [end:argument]


def start_child(arm, handed_over=""):
    if arm.method == "forkserver":
        set_forkserver_preload(["__main__", ONLY_THE_SERVERS])
    Process(target=child, args=(arm.address, handed_over)).start()
    return arm.expect("child")


def compare(parents, childs):
    return {parents[0]: "the parent's", None: "missing"}.get(childs[0], "another")


def experiment(arm):
    put("made before", os.urandom(8).hex())
    peer = start_child(arm)
    parents, childs = recall("made before"), peer.call("recall", "made before")
    arm.record(
        made_while_running=compare(parents, childs),
        at_the_same_address=parents[1] == childs[1],
        made_by_top_level_of=arm.name_of(peer.call("origin")),
        has_what_only_a_server_imported=peer.details["preloaded"],
    )


def made_later(arm):
    """What the parent makes after the start is not in the child."""
    peer = start_child(arm)
    put("made later", os.urandom(8).hex())
    arm.record(made_while_running=compare(recall("made later"), peer.call("recall", "made later")))


def handed_over(arm):
    """What the child stores itself is found, so `missing` does not come from a search that finds nothing."""
    text = os.urandom(8).hex()
    peer = start_child(arm, handed_over=text)
    arm.record(made_while_running=compare([text], peer.call("recall", "handed over")))


def argument(arm):
    value = os.urandom(8).hex()
    address = arm.address
    # --8<-- [start:argument]
    process = Process(target=work, args=(address, value))
    process.start()
    # --8<-- [end:argument]
    arm.record(made_while_running=compare([value], [arm.expect("child").details["value"]]))


if __name__ == "__main__":
    main(experiment, made_later, handed_over, argument)
