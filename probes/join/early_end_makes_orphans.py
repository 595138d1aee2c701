"""A parent ends before its child, abruptly or by returning: is the child an orphan then?

An init stub adopts and reaps the orphan, which is the child or the fork server whose child it is.
"""

import os
import sys
import threading
from multiprocessing import Process, parent_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import adopter_here, check_in, init_stub, main, table


# --8<-- [start:watch-parent]
def leave_with_parent():
    def watch():
        parent_process().join()  # returns when the parent has ended, whatever ended it
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


# --8<-- [end:watch-parent]


def watching_child(address):
    # --8<-- [start:watch-parent]
    leave_with_parent()  # in the child, before its work
    # --8<-- [end:watch-parent]
    child(address)


def parent_code(address, watched=False):
    process = Process(target=watching_child if watched else child, args=(address,), name="the child")
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


def family(arm, adopter, watched=False):
    adopter.call("launch", "parent_code", watched)
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
    above = ancestors(arm, child)
    try:
        creator = "lives" if child.call("creator_lives") else "ended"  # last, as the answer shows that the child lives
    except EOFError:
        child.read_state()  # for the timeline
        arm.record(child="ended", creator=None, ancestors=None, parent_above=None, adopted_by=None)
        return
    adopted = above and "parent" not in above
    arm.record(child="lives", creator=creator, ancestors=above)
    arm.record(parent_above="parent" in above, adopted_by=above[-1] if adopted else "nobody")


def kill(parent):
    table.kill(parent.pid, parent.started)
    parent.arm.event("parent", "signalled", parent.pid, "killed")


def killed(arm):
    orphan(arm, kill)
    if arm.facts["child"] == "lives":
        arm.symptom("silence", "child", text="the child runs on after its parent was killed")


def watch_parent(arm):
    with init_stub(arm) as adopter:
        parent, child = family(arm, adopter, watched=True)
        kill(parent)
        try:
            child.wait_end()
        except TimeoutError:
            arm.record(child="lives")
        else:
            arm.record(child="ended")
        child.leave()
        parent.wait_end()


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
    main(killed, leaves_at_once, control, watch_parent)
