"""A spawned child's arguments are copies, which the parent pickles when it starts the child; what cannot be pickled
cannot be passed. A forked child just has them.
"""

import os
import sys
from multiprocessing import Process
from multiprocessing.context import get_spawning_popen

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, table
from _kit.checkin import PATIENCE


class Parcel:
    """Data that notes which process packs it and which unpacks it."""

    packed_by = unpacked_by = addressee = None

    def __init__(self, content):
        self.content = content

    def __getstate__(self):
        self.packed_by = os.getpid()
        self.addressee = getattr(get_spawning_popen(), "pid", None)
        return {"content": self.content, "packed_by": self.packed_by}

    def __setstate__(self, state):
        self.__dict__.update(state, unpacked_by=os.getpid())

    def show(self):
        return repr(self.content)


def child(address, parcel=None):
    check_in(address, "child").serve(
        show=lambda: parcel.show(),
        hands=lambda: [parcel.packed_by, parcel.unpacked_by],
        unasked=lambda: [os.getcwd(), sys.argv, sys.path],
    )


def start(arm, *args):
    Process(target=child, args=(arm.address, *args)).start()
    return arm.expect("child")


def experiment(arm):
    twice = ["one object", 10**30, -0.5]
    parcel = Parcel({"text": "é\0\u4e16", "bytes": b"\0\xff", "twice": (twice, twice), "none": None, "set": {3}})
    peer = start(arm, parcel)
    packed, unpacked = peer.call("hands")
    arm.record(
        arrived="equal" if peer.call("show") == parcel.show() else peer.call("show"),
        packed_by=arm.who(packed),
        unpacked_by=arm.who(unpacked),
    )


def unpicklable(arm):
    """An argument that cannot be pickled: a function without a name."""
    parcel = Parcel(lambda: "nameless")
    process = Process(target=child, args=(arm.address, parcel))
    try:
        process.start()
    except Exception as refusal:
        arm.record(started=False, error=type(refusal).__name__, error_names_it="<lambda>" in str(refusal))
        see_off(arm, parcel.addressee)
    else:
        arm.record(started=arm.expect("child").answers(), error="none", error_names_it=False)


def see_off(arm, pid):
    """Windows creates the process before it packs the data; such a child ends by itself for want of them."""
    if pid is not None:
        arm.event("unfed child", "started", pid)
        table.wait_for(lambda: table.look(pid) is None, PATIENCE, "the end of the child without data")
        arm.event("unfed child", "ended", pid)


def unasked(arm):
    """Working directory, command line and import path go along, as they are now."""
    before = os.getcwd()
    os.chdir(os.path.dirname(sys.executable))
    sys.argv.append("--late")
    sys.path.append("late")
    try:
        directory, arguments, path = start(arm).call("unasked")
        arm.record(
            working_directory=directory == os.getcwd(),
            command_line=arguments == sys.argv,
            import_path=path[-len(sys.path) :] == sys.path,  # before it stands what its own top level put there
        )
    finally:
        os.chdir(before)
        sys.argv.remove("--late")
        sys.path.remove("late")


def control(arm):
    """It is a copy of the moment of start(): what is added before goes along, what is added later does not."""
    parcel = Parcel(["made"])
    process = Process(target=child, args=(arm.address, parcel))
    parcel.content.append("before start")
    process.start()
    peer = arm.expect("child")
    parcel.content.append("after start")
    arm.record(arrived=peer.call("show"))


if __name__ == "__main__":
    main(experiment, unpicklable, unasked, control)
