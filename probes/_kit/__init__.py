"""What every probe stands on: arms, check-ins, process states, the report.

Standard library only, for Python 3.9 and newer, on every system, because it is loaded by the very
processes that are measured. It imports little, and late: what is imported here every child pays for.

A probe is a script with one function an arm::

    from _kit import main, stay

    def experiment(arm):
        child = Process(target=stay, args=(arm.address, "child"))
        child.start()
        arm.record(child_parent=arm.who(arm.expect("child").parent()))

    if __name__ == "__main__":
        main(experiment, control)

See :mod:`_kit.arm` for what an arm offers, :mod:`_kit.peer` for how it speaks with its processes,
:mod:`_kit.checkin` for how these report to it, and :mod:`_kit.table` for their states.
"""

from _kit.checkin import PeerError, check_in, stay
from _kit.entry import main

__all__ = ["PeerError", "check_in", "main", "stay"]
