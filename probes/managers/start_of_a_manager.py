"""A manager is used before start() and after shutdown(), and started twice."""

import os
import sys
from multiprocessing import Manager
from multiprocessing.managers import SyncManager

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import error_of, main


# Before the start and after the end


def not_started(arm):
    make_objects(arm, SyncManager())


def shut_down(arm):
    manager = SyncManager()
    manager.start()
    manager.shutdown()
    make_objects(arm, manager)


def started(arm):
    manager = SyncManager()
    manager.start()
    make_objects(arm, manager)
    manager.shutdown()


def with_block(arm):
    # --8<-- [start:with-block]
    with SyncManager() as manager:  # starts it here, and shuts it down at the end of the block
        jobs = manager.list()
        jobs.append("job")
        content = list(jobs)
    # --8<-- [end:with-block]
    arm.record(content=content)


def make_objects(arm, manager):
    arm.record(list=error_of(arm, manager.list), Queue=error_of(arm, manager.Queue))


# Twice


def manager_of_the_module(arm):
    with Manager() as manager:
        arm.record(start=error_of(arm, manager.start), then=list(manager.list(["job"])))


def manager_in_its_block(arm):
    with SyncManager() as manager:
        arm.record(start=error_of(arm, manager.start), then=list(manager.list(["job"])))


def started_again(arm):
    manager = SyncManager()
    manager.start()
    manager.shutdown()
    arm.record(start=error_of(arm, manager.start))


def started_once(arm):
    manager = SyncManager()
    arm.record(start=error_of(arm, manager.start), then=list(manager.list(["job"])))
    manager.shutdown()


def no_start(arm):
    # --8<-- [start:no-start]
    with Manager() as manager:  # Manager() has started it
        jobs = manager.list()
        jobs.append("job")
        content = list(jobs)
    # --8<-- [end:no-start]
    arm.record(content=content)


if __name__ == "__main__":
    main(
        not_started,
        shut_down,
        started,
        with_block,
        manager_of_the_module,
        manager_in_its_block,
        started_again,
        started_once,
        no_start,
    )
