"""The process of a Manager has ended, and the program still uses one of its objects."""

import os
import sys
from multiprocessing import Manager, active_children

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, symptoms, table


def manager_killed(arm):
    use(arm, "killed")


def manager_killed_after_a_first_use(arm):
    use(arm, "killed after use")


def manager_shut_down(arm):
    use(arm, "shut down")


def manager_in_place(arm):
    use(arm, "in place")


def keep_the_manager(arm):
    use(arm, "in place")


def copy_the_content(arm):
    use(arm, "copied")


def use(arm, way):
    # A killed manager leaves its temporary folder behind.
    arm.launch(program, way, env={**os.environ, "TMPDIR": arm.folder()})
    parent = arm.expect("program")
    symptom = parent.details["symptom"]
    if symptom:
        arm.symptom(**symptom)
    arm.record(error=symptom["type"] if symptom else "none", count=parent.details["count"])
    parent.leave()
    parent.wait_end()


def program(address, way):
    count, symptom = None, None
    try:
        count = WAYS[way]()
    except Exception as error:
        symptom = symptoms.raised(error, "parent")
    check_in(address, "program", count=count, symptom=symptom).serve()


def read_after_kill():
    with Manager() as manager:
        counts = manager.dict(done=1)
        child = active_children()[0]
        table.kill_child(child)
        child.join()
        return counts["done"]


def read_again_after_kill():
    with Manager() as manager:
        counts = manager.dict(done=1)
        counts["done"]  # opens the connection that the next use takes
        child = active_children()[0]
        table.kill_child(child)
        child.join()
        return counts["done"]


def read_after_block():
    with Manager() as manager:
        counts = manager.dict(done=1)
    return counts["done"]


def read_in_block():
    # --8<-- [start:keep-the-manager]
    with Manager() as manager:
        counts = manager.dict(done=1)
        done = counts["done"]  # every use is inside the block
    # --8<-- [end:keep-the-manager]
    return done


def read_copy():
    # --8<-- [start:copy-the-content]
    with Manager() as manager:
        shared = manager.dict(done=1)
        counts = dict(shared)  # an ordinary dict with a copy of the content
    done = counts["done"]
    # --8<-- [end:copy-the-content]
    return done


WAYS = {
    "killed": read_after_kill,
    "killed after use": read_again_after_kill,
    "shut down": read_after_block,
    "in place": read_in_block,
    "copied": read_copy,
}


if __name__ == "__main__":
    main(
        manager_killed,
        manager_killed_after_a_first_use,
        manager_shut_down,
        manager_in_place,
        keep_the_manager,
        copy_the_content,
    )
