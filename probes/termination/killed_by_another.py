"""A process ends another that is neither its parent nor its child, whatever that one thinks of it.

The victim waits for its probe; a third process, the killer, kills it. By kill -9 it is ended even if it has taken every
precaution that a process can take; a mere request, SIGTERM, it survives so. Windows has but the one way,
TerminateProcess.
"""

import os
import signal
import sys
from multiprocessing import Process
from multiprocessing.connection import wait

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

KILL, ASK = 9, int(signal.SIGTERM)


def victim(address, resists):
    refused = ignore_all() if resists else []
    check_in(address, "victim", cannot_be_ignored=refused).serve()


def ignore_all():
    """Ignore every signal; returns the names of those of which the system does not allow it.

    The system is asked directly: signal.signal of PyPy does not say that it was refused.
    """
    import ctypes

    set_handler = ctypes.CDLL(None).signal
    set_handler.argtypes, set_handler.restype = [ctypes.c_int, ctypes.c_void_p], ctypes.c_ssize_t
    ignore, refused = int(signal.SIG_IGN), -1  # SIG_ERR
    numbers = sorted(signal.valid_signals())
    return [signal.Signals(number).name for number in numbers if set_handler(number, ignore) == refused]


def bystander(address):
    check_in(address, "bystander").serve()


def killer(address):
    check_in(address, "killer").serve(kill=os.kill)


def attack(arm, number, resists=False, whom="victim"):
    """Have the killer send this signal, and see what becomes of the victim."""
    processes = {
        "victim": Process(target=victim, args=(arm.address, resists)),
        "bystander": Process(target=bystander, args=(arm.address,)),
    }
    for process in processes.values():
        process.start()
    peers = {name: arm.expect(name) for name in processes}
    Process(target=killer, args=(arm.address,)).start()
    third = arm.expect("killer")
    third.call("kill", peers[whom].pid, number)
    arm.event(whom, "signalled", peers[whom].pid, f"signal {number}", other="killer")
    arm.record(cannot_be_ignored=peers["victim"].details["cannot_be_ignored"])
    for name, peer in peers.items():
        if peer.answers():
            arm.record(**{name: "lives", f"{name}s_exitcode": processes[name].exitcode})
        else:
            peer.wait_end()
            wait([processes[name].sentinel])
            arm.record(**{name: "ended", f"{name}s_exitcode": processes[name].exitcode})


def killed(arm):
    attack(arm, KILL)


def killed_though_it_resists(arm):
    attack(arm, KILL, resists=True)


def other_killed(arm):
    attack(arm, KILL, whom="bystander")


def asked(arm):
    attack(arm, ASK)


def asked_though_it_resists(arm):
    attack(arm, ASK, resists=True)


if __name__ == "__main__":
    main(killed, killed_though_it_resists, other_killed, asked, asked_though_it_resists)
