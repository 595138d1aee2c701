"""A spawned child's arguments are copies that the parent pickles when it starts the child, so what cannot be pickled
cannot be passed. A forked child has the arguments in its memory.
"""

import os
import sys
from multiprocessing import Process
from multiprocessing.context import get_spawning_popen

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, table


class Parcel:
    """Data that notes which process pickles it and which process unpickles it."""

    packed_by = unpacked_by = recipient = None

    def __init__(self, content):
        self.content = content

    def __getstate__(self):
        self.packed_by = os.getpid()
        self.recipient = getattr(get_spawning_popen(), "pid", None)
        return {"content": self.content, "packed_by": self.packed_by}

    def __setstate__(self, state):
        self.__dict__.update(state, unpacked_by=os.getpid())

    def show(self):
        return repr(self.content)


def child(address, parcel=None):
    check_in(address, "child").serve(
        show=lambda: parcel.show(),
        packers=lambda: [parcel.packed_by, parcel.unpacked_by],
        settings=lambda: [os.getcwd(), sys.argv, sys.path],
    )


def start(arm, *args):
    Process(target=child, args=(arm.address, *args)).start()
    return arm.expect("child")


def experiment(arm):
    twice = ["one object", 10**30, -0.5]
    parcel = Parcel({"text": "é\0\u4e16", "bytes": b"\0\xff", "twice": (twice, twice), "none": None, "set": {3}})
    peer = start(arm, parcel)
    packed, unpacked = peer.call("packers")
    arm.record(
        arrived="equal" if peer.call("show") == parcel.show() else peer.call("show"),
        packed_by=arm.name_of(packed),
        unpacked_by=arm.name_of(unpacked),
    )


def unpicklable(arm):
    """Pass an argument that cannot be pickled: a lambda."""
    parcel = Parcel(lambda: "nameless")
    process = Process(target=child, args=(arm.address, parcel))
    try:
        process.start()
    except Exception as error:
        arm.record(started=False, error=type(error).__name__, error_names_it="<lambda>" in str(error))
        wait_for_end(arm, parcel.recipient)
    else:
        arm.record(started=arm.expect("child").answers(), error="none", error_names_it=False)


def wait_for_end(arm, pid):
    """Wait for the child that Windows created before the pickling failed; it ends by itself because it gets no data."""
    if pid is not None:
        arm.event("child without data", "started", pid)
        table.wait_for(lambda: table.read(pid) is None, TIMEOUT, "the end of the child without data")
        arm.event("child without data", "ended", pid)


def unasked(arm):
    """The current working directory, command line and import path are passed without being asked for."""
    before = os.getcwd()
    os.chdir(os.path.dirname(sys.executable))
    sys.argv.append("--late")
    sys.path.append("late")
    try:
        directory, arguments, path = start(arm).call("settings")
        arm.record(
            working_directory=directory == os.getcwd(),
            command_line=arguments == sys.argv,
            import_path=path[-len(sys.path) :] == sys.path,  # the child's own top level has put an entry before it
        )
    finally:
        os.chdir(before)
        sys.argv.remove("--late")
        sys.path.remove("late")


def control(arm):
    """The copy is made in start(): what is added before is passed, what is added later is not."""
    parcel = Parcel(["made"])
    process = Process(target=child, args=(arm.address, parcel))
    parcel.content.append("before start")
    process.start()
    peer = arm.expect("child")
    parcel.content.append("after start")
    arm.record(arrived=peer.call("show"))


if __name__ == "__main__":
    main(experiment, unpicklable, unasked, control)
