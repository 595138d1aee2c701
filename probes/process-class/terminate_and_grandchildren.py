"""A child with a child of its own is terminated: what happens to all three generations, and to their fork servers?

The state of each process is read before terminate(), after it, after join(), after the parent's end and after the
grandchild's end. An init stub above the parent adopts the orphans. If it does not reap, an orphan that ends stays a
zombie. The remedies are a grandchild that ends with its parent, and an init that reaps.
"""

import atexit
import os
import subprocess
import sys
import threading
from multiprocessing import Process, parent_process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import become_subreaper, check_in, entry_command, init_stub, main, non_reaping_init_stub, stay


# --8<-- [start:watch-parent]
def leave_with_parent():
    def watch():
        parent_process().join()  # returns when the parent has ended, whatever ended it
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


# --8<-- [end:watch-parent]
# --8<-- [start:own-init]
def run_as_init(command):
    """Start the program, and collect the exit status of every child, also of adopted ones, until the program ends."""
    program = subprocess.Popen(command)
    while True:
        pid, status = os.wait()
        if pid == program.pid:
            return os.waitstatus_to_exitcode(status)


# --8<-- [end:own-init]


def parent(address, grandchild="stay"):
    process = Process(target=child, args=(address, grandchild))
    process.start()
    check_in(address, "parent").serve(terminate=process.terminate, join=process.join)
    # In some releases the last part of an exit waits while the grandchild lives (see exit_beside_orphan.py).
    atexit._run_exitfuncs()
    os._exit(0)


def child(address, grandchild="stay"):
    target = watching_grandchild if grandchild == "watch" else stay
    Process(target=target, args=(address, "grandchild")).start()
    check_in(address, "child").serve()


def watching_grandchild(address, name):
    # --8<-- [start:watch-parent]
    leave_with_parent()  # in the grandchild, before its work
    # --8<-- [end:watch-parent]
    stay(address, name)


def init(address, command):
    become_subreaper()  # as process 1 is one
    connection = check_in(address, "init")
    run_as_init([sys.executable, *command])
    connection.serve()


class Family:
    """Three generations and their fork servers. ``seen`` has each process's state and parent at each moment."""

    def __init__(self, arm):
        self.arm = arm
        self.parent, self.child, self.grandchild = (arm.expect(name) for name in ("parent", "child", "grandchild"))
        self.parents_server = self._between(self.parent, self.child)
        self.childs_server = self._between(self.child, self.grandchild)
        self.left_behind = self.childs_server or self.grandchild
        """The process whose parent in the process table is the child."""
        self.seen = {"parent": [], "parents_server": [], "child": [], "childs_server": [], "grandchild": []}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (self.grandchild, self.child, self.parent):
            process.leave()

    def _between(self, creator, created):
        return None if created.first_parent == creator.pid else self.arm.observe(created.first_parent)

    def record_moment(self, moment):
        for name, seen in self.seen.items():
            process = getattr(self, name)
            seen.append("none" if process is None else self._describe(process))
        self.arm.event("probe", "looks", detail=moment)

    def _describe(self, process):
        state = process.read_state()
        if state == "gone":
            return state
        if state in ("running", "sleeping") and (process is not self.grandchild or process.answers()):
            state = "lives"
        return f"{state}, child of {self.arm.name_of(process.parent())}"

    def terminate_child(self):
        """Terminate the child, and return whether that ended it."""
        self.parent.call("terminate")
        self.arm.event("child", "signalled", self.child.pid, "terminate()", other="parent")
        try:
            if self.child.answers():
                return False
            self.child.wait_end()
        except TimeoutError:
            return False  # it no longer answers, but it has not ended
        if self.child.last[1] != self.parent.pid:
            self.child.wait_state("gone")  # a fork server reaps at once, but may need a moment
        return True

    def join_child(self):
        self.parent.call("join")
        self.arm.event("child", "joined", self.child.pid, other="parent")

    def end_parent(self):
        self.parent.leave()
        self.parent.wait_end()

    def end_grandchild(self):
        self.grandchild.leave()
        self.grandchild.wait_end()


def family_of(arm, stub, grandchild="stay"):
    stub.call("launch", "parent", grandchild)
    return Family(arm)


def experiment(arm):
    with init_stub(arm) as adopter, family_of(arm, adopter) as family:
        family.record_moment("before terminate")
        ended = family.terminate_child()
        family.record_moment("after terminate")
        arm.record(grandchild_after_terminate=family.seen["grandchild"][-1].partition(",")[0])
        if ended:
            family.join_child()
            family.record_moment("after join")
            family.end_parent()
            wait_gone(family.parent, family.parents_server)
            family.record_moment("after the parent's end")
            family.end_grandchild()
            wait_gone(family.grandchild, family.childs_server)
            family.record_moment("after the grandchild's end")
        arm.record(**family.seen)


def wait_gone(*processes):
    for process in filter(None, processes):
        process.wait_state("gone")


def control(arm):
    """The child lives, and waits for its own child, which has ended, only when it is told to."""
    Process(target=unaware_child, args=(arm.address,)).start()
    child, grandchild = arm.expect("child"), arm.expect("grandchild")
    grandchild.leave()
    grandchild.wait_end()
    arm.record(child_lives=child.answers(), grandchild=grandchild.read_state())
    arm.record(grandchild_was="zombie" if child.call("reap") else "gone", after_reaping=grandchild.read_state())


def unaware_child(address):
    if not hasattr(os, "fork"):
        Process(target=stay, args=(address, "grandchild")).start()
        check_in(address, "child").serve(reap=lambda: False)  # without fork there are no zombies to reap
        return
    pid = os.fork()
    if pid == 0:
        try:
            stay(address, "grandchild")
        finally:
            os._exit(0)
    check_in(address, "child").serve(reap=lambda: os.waitpid(pid, 0)[0] == pid)


def adopter_never_reaps(arm):
    with non_reaping_init_stub(arm) as adopter:
        orphan = orphan_left_behind(arm, adopter)
        arm.record(after_its_end=orphan.wait_state("zombie", "gone"), whose=arm.name_of(orphan.parent()))
        arm.record(adopter_lives=adopter.answers(), later=orphan.read_state())
        adopter.leave()
        adopter.wait_end()
        arm.record(after_the_adopters_end=orphan.wait_state("gone"))


def adopter_reaps(arm):
    with init_stub(arm) as adopter:
        orphan = orphan_left_behind(arm, adopter)
        try:
            arm.record(after_its_end=orphan.wait_state("gone"))
        except TimeoutError:
            arm.record(after_its_end=orphan.read_state())


def orphan_left_behind(arm, adopter):
    """Return the process that the terminated child left behind, once the parent and the grandchild have ended."""
    with family_of(arm, adopter) as family:
        if family.terminate_child():
            family.join_child()
            family.end_parent()
        arm.record(left_behind=family.left_behind.name, adopted_by=arm.name_of(family.left_behind.parent()))
        family.end_grandchild()
    family.parent.wait_end()
    return family.left_behind


def watch_parent(arm):
    with init_stub(arm) as adopter, family_of(arm, adopter, "watch") as family:
        family.terminate_child()
        ended = ends_as(family.grandchild, "zombie", "gone")
        arm.record(grandchild_after_terminate="ended" if ended else "lives")


def own_init(arm):
    """The program runs under an init that reaps, which is below an adopter that does not."""
    with non_reaping_init_stub(arm) as adopter:
        adopter.call("launch", "init", [*entry_command(parent, arm.address), "--start-method", arm.method])
        init_process = arm.expect("init")
        with Family(arm) as family:
            if family.terminate_child():
                family.join_child()
                arm.record(adopted_by=family.left_behind.wait_adopted())
            else:
                arm.record(adopted_by=arm.name_of(family.left_behind.parent()))
            family.end_grandchild()
            left = "gone" if ends_as(family.left_behind, "gone") else family.left_behind.read_state()
            arm.record(after_its_end=left)
        family.parent.wait_end()
        init_process.leave()
        init_process.wait_end()


def ends_as(process, *states):
    try:
        return process.wait_state(*states) in states
    except TimeoutError:
        return False


if __name__ == "__main__":
    main(experiment, control, adopter_never_reaps, adopter_reaps, watch_parent, own_init)
