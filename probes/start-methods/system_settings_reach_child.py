"""The system keeps a umask, ignored and blocked signals, and resource limits for each process.

A program changes all four while it runs, and then starts a child: does the child have the changed ones?
"""

import os
import signal
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

UMASK = 0o137
FILES = 199
IGNORED, BLOCKED = getattr(signal, "SIGUSR1", None), getattr(signal, "SIGUSR2", None)


# --8<-- [start:change-in-the-child]
# --8<-- [start:change-before-the-first-child]
def change():
    import resource

    os.umask(UMASK)
    signal.signal(IGNORED, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, [BLOCKED])
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


# --8<-- [end:change-before-the-first-child]
# --8<-- [end:change-in-the-child]


def settings():
    import resource

    umask = os.umask(0)
    os.umask(umask)
    return {
        "umask": umask == UMASK,
        "blocked_signal": BLOCKED in signal.pthread_sigmask(signal.SIG_BLOCK, []),
        "limit": resource.getrlimit(resource.RLIMIT_NOFILE)[0] == FILES,
    }


def raise_ignored_signal():
    os.kill(os.getpid(), IGNORED)


def child(address, name):
    check_in(address, name).serve(settings=settings, raise_ignored_signal=raise_ignored_signal)


# --8<-- [start:change-in-the-child]
def work(address, name):
    change()
    child(address, name)  # the child's work


# --8<-- [end:change-in-the-child]


def main_code(address):
    """The main code of a separate program, because the settings are not restored."""

    def start(name):
        Process(target=child, args=(address, name)).start()

    def start_changing(name):
        # --8<-- [start:change-in-the-child]
        process = Process(target=work, args=(address, name))
        process.start()
        # --8<-- [end:change-in-the-child]

    def change_and_start(name):
        # --8<-- [start:change-before-the-first-child]
        change()
        process = Process(target=child, args=(address, name))  # the first one: the fork server starts with it
        process.start()
        # --8<-- [end:change-before-the-first-child]

    check_in(address, "program").serve(
        change=change,
        settings=settings,
        raise_ignored_signal=raise_ignored_signal,
        start=start,
        start_changing=start_changing,
        change_and_start=change_and_start,
    )


def settings_of(peer):
    """Return each setting, ``as changed`` or ``as before``.

    The signal itself shows whether it is ignored, because signal.getsignal() does not always know.
    """
    seen = peer.call("settings")
    try:
        peer.call("raise_ignored_signal")
    except (EOFError, OSError):
        pass
    seen["ignored_signal"] = peer.answers()
    return {name: "as changed" if changed else "as before" for name, changed in seen.items()}


def child_of_a_program(arm, *steps):
    """Let a program take these steps, and record which settings it and its child then have."""
    arm.launch(main_code)
    program = arm.expect("program")
    for action, *names in steps:
        program.call(action, *names)
        for name in names:
            arm.expect(name)
    arm.record(program=sorted(set(settings_of(program).values())))
    child = next(peer for peer in arm.peers if peer.name == "child")
    arm.record(**settings_of(child))
    for peer in arm.peers:
        peer.leave()


def experiment(arm):
    """Change the settings between two children; under forkserver the first child also starts the server."""
    child_of_a_program(arm, ("start", "first child"), ("change",), ("start", "child"))


def changed_at_once(arm):
    """Change the settings before the first child, and so before there is a fork server."""
    child_of_a_program(arm, ("change_and_start", "child"))


def change_in_the_child(arm):
    child_of_a_program(arm, ("start", "first child"), ("change",), ("start_changing", "child"))


def changed_later(arm):
    """Change the settings after the child's start: the child has a copy of the old ones."""
    child_of_a_program(arm, ("start", "child"), ("change",))


if __name__ == "__main__":
    main(experiment, changed_at_once, changed_later, change_in_the_child)
