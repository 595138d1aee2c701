"""A daemonic process tries to start a plain and a daemonic child; in the control a plain process does."""

import os
import sys
from multiprocessing import Process, active_children

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay, symptoms


def child(address):
    def start(name, daemon):
        # By default the new process would have its creator's flag.
        grandchild = Process(target=stay, args=(address, name), daemon=daemon)
        try:
            grandchild.start()
        except AssertionError as error:
            return symptoms.raised(error, "child")
        return None

    check_in(address, "child").serve(start=start, count=lambda: len(active_children()))


def grandchildren_of_a(arm, daemon):
    Process(target=child, args=(arm.address,), daemon=daemon).start()
    creator = arm.expect("child")
    for kind in ("plain", "daemonic"):
        name = f"{kind} grandchild"
        symptom = creator.call("start", name, kind == "daemonic")
        if symptom:
            arm.record(**{kind: f"{symptom['type']}: {symptom['text']}"})
            arm.symptom(**symptom)
        else:
            arm.record(**{kind: "started" if arm.expect(name).answers() else "lost"})
    arm.record(children=creator.call("count"))


def not_daemonic(arm):
    address = arm.address
    # --8<-- [start:not-daemonic]
    process = Process(target=child, args=(address,), daemon=False)
    process.start()
    # --8<-- [end:not-daemonic]
    creator = arm.expect("child")
    creator.call("start", "grandchild", False)
    arm.record(grandchild="started" if arm.expect("grandchild").answers() else "lost")


def experiment(arm):
    grandchildren_of_a(arm, daemon=True)


def control(arm):
    grandchildren_of_a(arm, daemon=False)


if __name__ == "__main__":
    main(experiment, control, not_daemonic)
