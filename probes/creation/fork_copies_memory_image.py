"""A forked child begins with its parent's memory. A spawned one makes its own, and one of the fork server's has the
server's: what the server imported, which the parent never did.
"""

import ctypes
import os
import sys
from multiprocessing import Process, set_forkserver_preload

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

IMPORTED_IN = os.getpid()  # which process ran the top level that made this memory
ONLY_THE_SERVERS = "colorsys"  # a module that nobody imports but a fork server that is told to

memory = {}


def put(name, text):
    """Keep a text in raw memory, so that it has a place to be compared."""
    memory[name] = ctypes.create_string_buffer(text.encode())


def recall(name):
    """What this process has by that name, and where."""
    return [memory[name].value.decode(), ctypes.addressof(memory[name])] if name in memory else [None, None]


def child(address, handed_over):
    put("handed over", handed_over)
    check_in(address, "child", preloaded=ONLY_THE_SERVERS in sys.modules).serve(
        recall=recall, origin=lambda: IMPORTED_IN
    )


def a_child(arm, handed_over=""):
    if arm.method == "forkserver":
        set_forkserver_preload(["__main__", ONLY_THE_SERVERS])
    Process(target=child, args=(arm.address, handed_over)).start()
    return arm.expect("child")


def compare(mine, others):
    return {mine[0]: "the parent's", None: "missing"}.get(others[0], "another")


def experiment(arm):
    put("made before", os.urandom(8).hex())
    peer = a_child(arm)
    mine, others = recall("made before"), peer.call("recall", "made before")
    arm.record(
        made_while_running=compare(mine, others),
        at_the_same_address=mine[1] == others[1],
        made_by_top_level_of=arm.who(peer.call("origin")),
        has_what_only_a_server_imported=peer.details["preloaded"],
    )


def made_later(arm):
    """What the parent makes after the start is in no child."""
    peer = a_child(arm)
    put("made later", os.urandom(8).hex())
    arm.record(made_while_running=compare(recall("made later"), peer.call("recall", "made later")))


def handed_over(arm):
    """What a child puts there itself is found, so `missing` is not for want of looking."""
    text = os.urandom(8).hex()
    peer = a_child(arm, handed_over=text)
    arm.record(made_while_running=compare([text], peer.call("recall", "handed over")))


if __name__ == "__main__":
    main(experiment, made_later, handed_over)
