"""What the system itself keeps for a process: its umask, the signals it ignores and blocks, its limits.

A program changes all four while it runs, and starts a child: does the child have them as the program now has them?
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


def change():
    import resource

    os.umask(UMASK)
    signal.signal(IGNORED, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, [BLOCKED])
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def settings():
    import resource

    umask = os.umask(0)
    os.umask(umask)
    return {
        "umask": umask == UMASK,
        "blocked_signal": BLOCKED in signal.pthread_sigmask(signal.SIG_BLOCK, []),
        "limit": resource.getrlimit(resource.RLIMIT_NOFILE)[0] == FILES,
    }


def strike():
    os.kill(os.getpid(), IGNORED)


def child(address, name):
    check_in(address, name).serve(settings=settings, strike=strike)


def main_code(address):
    """A program of its own, for it does not take its settings back."""

    def start(name):
        Process(target=child, args=(address, name)).start()

    check_in(address, "program").serve(change=change, settings=settings, strike=strike, start=start)


def settings_of(peer):
    """Each as a word. Whether a signal is ignored, the signal tells: not every Python knows it of itself."""
    seen = peer.call("settings")
    try:
        peer.call("strike")
    except (EOFError, OSError):
        pass
    seen["ignored_signal"] = peer.answers()
    return {name: "as changed" if changed else "as before" for name, changed in seen.items()}


def child_of_a_program(arm, *steps):
    """The program takes these steps; then its child is looked at."""
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
    """With the first child the fork server starts, if that is the method."""
    child_of_a_program(arm, ("start", "first child"), ("change",), ("start", "child"))


def changed_at_once(arm):
    """Before the first child, and so before there is a fork server."""
    child_of_a_program(arm, ("change",), ("start", "child"))


def changed_later(arm):
    """After the child's start: what it has is a copy."""
    child_of_a_program(arm, ("start", "child"), ("change",))


if __name__ == "__main__":
    main(experiment, changed_at_once, changed_later)
