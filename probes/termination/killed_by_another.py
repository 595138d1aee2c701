"""A process kills another that is neither its parent nor its child: does the victim end, even if it resists?

A third process, the killer, sends the signal. A victim that ignores every signal it can survives SIGTERM, but not
SIGKILL. Windows has only one way, TerminateProcess.
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
    """Ignore every signal; return the names of those that the system does not allow to be ignored.

    Calls the C library directly, because PyPy's signal.signal does not report the refusal.
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


def attack(arm, number, resists=False, signalled="victim"):
    """Have the killer send this signal, and record what happens to the victim and the bystander."""
    processes = {
        "victim": Process(target=victim, args=(arm.address, resists)),
        "bystander": Process(target=bystander, args=(arm.address,)),
    }
    for process in processes.values():
        process.start()
    peers = {name: arm.expect(name) for name in processes}
    Process(target=killer, args=(arm.address,)).start()
    third = arm.expect("killer")
    third.call("kill", peers[signalled].pid, number)
    arm.event(signalled, "signalled", peers[signalled].pid, f"signal {number}", other="killer")
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
    attack(arm, KILL, signalled="bystander")


def asked(arm):
    attack(arm, ASK)


def asked_though_it_resists(arm):
    attack(arm, ASK, resists=True)


if __name__ == "__main__":
    main(killed, killed_though_it_resists, other_killed, asked, asked_though_it_resists)
