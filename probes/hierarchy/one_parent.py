"""How many processes are a child's parent, and how many after the first parent has ended?

Each process of a family of four is asked whether the child is its own. On POSIX the answer is whether the process may
wait for the child. On Windows any process with a handle may wait, so the answer is the parent's id in the
process table.
"""

import contextlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import adopter_here, check_in, init_stub, main, start_program, stay, table


def grandparent(address):
    program = start_program(parent, address)
    serve(address, "grandparent")
    program.wait()


def parent(address):
    programs = [start_program(child, address), start_program(sibling, address)]
    if serve(address, "parent") == "at once":
        os._exit(0)
    for program in programs:
        program.wait()


def sibling(address):
    serve(address, "sibling")


def child(address):
    stay(address, "child")


def serve(address, name):
    return check_in(address, name).serve(is_mine=is_mine, reaches=reaches)


def is_mine(pid):
    if sys.platform == "win32":
        seen = table.read(pid)
        return seen is not None and seen.parent == os.getpid()
    try:
        os.waitpid(pid, os.WNOHANG)  # the child lives, so this takes nothing away
    except ChildProcessError:
        return False
    return True


def reaches(pid):
    """Return whether this process can reach the child at all."""
    if sys.platform == "win32":
        import _winapi

        _winapi.CloseHandle(_winapi.OpenProcess(0x00100000, False, pid))  # SYNCHRONIZE
    else:
        os.kill(pid, 0)
    return True


@contextlib.contextmanager
def family(arm):
    with init_stub(arm) as adopter:
        adopter.call("launch", "grandparent")
        peers = {name: arm.expect(name) for name in ("grandparent", "parent", "child", "sibling")}
        try:
            yield peers
        finally:
            for peer in peers.values():  # each parent waits for its own children
                peer.leave()


def ask(peers, question):
    """Return the names of the processes for which this is true."""
    child = peers["child"].pid
    return sorted(name for name, peer in peers.items() if name != "child" and peer.call(question, child))


def record_parent(arm, child):
    parent = child.parent()
    seen = table.read(parent)
    arm.record(parent=arm.name_of(parent), parent_lives=seen is not None and seen.state != "zombie")


def experiment(arm):
    with family(arm) as peers:
        arm.record(claimed_by=ask(peers, "is_mine"))
        record_parent(arm, peers["child"])


def orphan(arm):
    arm.record(who_adopts=adopter_here())
    with family(arm) as peers:
        peers["parent"].leave("at once")
        peers["parent"].wait_end()
        if sys.platform != "win32":
            peers["child"].wait_adopted()
        arm.record(child_lives=peers["child"].answers())
        record_parent(arm, peers["child"])


def control(arm):
    """Ask a question that has nothing to do with being a parent: all of them answer yes."""
    with family(arm) as peers:
        arm.record(reached_by=ask(peers, "reaches"))


if __name__ == "__main__":
    main(experiment, orphan, control)
