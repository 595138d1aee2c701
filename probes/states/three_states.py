"""What the system calls the state of a process that runs, is ready to, is blocked, was stopped, or has ended unreaped.

There are more that compute than the CPUs they may have, so that at any time one of them at least is ready and does not
run. Each is looked at many times: whatever word there is for that state would be seen.
"""

import contextlib
import os
import sys

import psutil

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, cpus, main, resume, stay, suspend, table

LOOKS = 100


def computing(address, name, cpu):
    if cpu is not None:
        cpus.pin(cpu)
    line = check_in(address, name)
    line.sock.setblocking(False)
    while True:
        try:
            line.sock.recv(1)
        except BlockingIOError:
            continue
        except OSError:
            pass
        return


def word(pid):
    """The system's word for its state, in the words of psutil; ``none`` when it is no process any more."""
    try:
        return psutil.Process(pid).status()
    except psutil.NoSuchProcess:
        return "none"


def those_that_compute(arm):
    """Every word that is seen of them, in the order in which they were seen."""
    if cpus.can_pin():
        number, cpu = 2, cpus.usable()[0]
    else:
        number, cpu = os.cpu_count() + 1, None
    names = [f"computing {at}" for at in range(number)]
    for name in names:
        arm.launch(computing, name, cpu)
    peers = [arm.expect(name) for name in names]
    words = dict.fromkeys(word(peer.pid) for _ in range(LOOKS) for peer in peers)
    for peer in peers:
        peer.connection.close()
    return list(words)


def see(arm, disturb):
    computing_is = those_that_compute(arm)
    program = arm.launch(stay, "waiting")
    waiting = arm.expect("waiting")
    waiting_is = once(waiting, "sleeping")
    if disturb:
        suspend(waiting.pid)
        suspended_is = once(waiting, "stopped")
        resume(waiting.pid)
        waiting.leave()
        waiting.wait_end()  # nobody asks for its status yet: it is not reaped
        ended_is = word(waiting.pid)
    else:
        suspended_is = ended_is = word(waiting.pid)
        waiting.leave()
    program.wait()
    the_three = {*computing_is, waiting_is}
    arm.record(
        computing_is=computing_is,
        waiting_is=waiting_is,
        suspended_is=suspended_is,
        ended_is=ended_is,
        of_the_three_told_apart=len(the_three),
        further_states=[seen for seen in (suspended_is, ended_is) if seen not in {*the_three, "none"}],
    )


def once(process, state):
    """The system's word for it once it is in this state."""
    if sys.platform != "win32":
        process.wait_state(state)
        return word(process.pid)
    # There psutil has a word for stopped alone, and it may take a moment until the last thread is.
    with contextlib.suppress(TimeoutError):
        table.wait_for(lambda: word(process.pid) == state, TIMEOUT / 40, "the state")
    return word(process.pid)


def experiment(arm):
    see(arm, disturb=True)


def control(arm):
    """Nobody stops it, and it does not end."""
    see(arm, disturb=False)


if __name__ == "__main__":
    main(experiment, control)
