"""A parent ends before its child, abruptly or by returning: is the child an orphan then?

An init stub adopts and reaps the orphan, which is the child or the fork server whose child it is.
"""

import os
import sys
from multiprocessing import Process, parent_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import adopter_here, check_in, init_stub, main, table


def parent_code(address):
    process = Process(target=child, args=(address,), name="the child")
    process.start()
    connection = check_in(address, "parent")
    connection.report_joins(process)
    if connection.serve() == "os._exit":
        os._exit(3)


def child(address):
    def creator_lives():
        creator = parent_process()
        return creator is not None and creator.is_alive()

    check_in(address, "child").serve(creator_lives=creator_lives)


def family(arm, adopter):
    adopter.call("launch", "parent_code")
    return arm.expect("parent"), arm.expect("child")


def ancestors(arm, process):
    """Return the names of its living ancestors, from its parent up to the process that launched the parent."""
    found, pid = [], process.parent()
    while pid is not None and table.read(pid) is not None:
        found.append(arm.name_of(pid))
        if found[-1] not in ("parent", "parent's server"):
            break
        pid = table.read(pid).parent
    return found


def orphan(arm, end):
    arm.record(who_adopts=adopter_here())
    with init_stub(arm) as adopter:
        parent, child = family(arm, adopter)
        arm.record(parent_above_before="parent" in ancestors(arm, child))
        end(parent)
        parent.wait_end()
        parent.wait_state("gone")
        record_child(arm, child)
        child.leave()
        child.wait_end()
        arm.record(child_in_the_end=child.wait_state("gone"))


def record_child(arm, child):
    if child.answers():
        above = ancestors(arm, child)
        arm.record(child="lives", creator="lives" if child.call("creator_lives") else "ended", ancestors=above)
        adopted = above and "parent" not in above
        arm.record(parent_above="parent" in above, adopted_by=above[-1] if adopted else "nobody")
    else:
        arm.record(child="ended", creator=None, ancestors=None, parent_above=None, adopted_by=None)


def killed(arm):
    def kill(parent):
        table.kill(parent.pid, parent.started)
        arm.event("parent", "signalled", parent.pid, "killed")

    orphan(arm, kill)


def leaves_at_once(arm):
    orphan(arm, lambda parent: parent.leave("os._exit"))


def control(arm):
    """The code of the parent returns."""
    with init_stub(arm) as adopter:
        parent, child = family(arm, adopter)
        parent.leave()
        arm.record(after_its_code=parent.receive() or "nothing")
        record_child(arm, child)
        child.leave()
        arm.record(at_last=parent.receive() or "nothing")
        child.wait_end()
        parent.wait_end()


if __name__ == "__main__":
    main(killed, leaves_at_once, control)
