"""What states does the system show for processes that run, are ready, are blocked, are stopped, or have ended?

More processes compute than there are CPUs for them, so at any time at least one of them is ready and does not run.
Their states are read many times, so a word for "ready" would be seen.
"""

import contextlib
import os
import sys

import psutil

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, cpus, main, resume, stay, suspend, table

READINGS = 100


def computing(address, name, cpu):
    if cpu is not None:
        cpus.pin(cpu)
    connection = check_in(address, name)
    connection.sock.setblocking(False)
    while True:
        try:
            connection.sock.recv(1)
        except BlockingIOError:
            continue
        except OSError:
            pass
        return


def state_of(pid):
    """Return the state that the system shows, in the words of psutil; ``none`` if there is no such process."""
    try:
        return psutil.Process(pid).status()
    except psutil.NoSuchProcess:
        return "none"


def states_of_computing_processes(arm):
    """Return every state that is seen, in the order in which they were first seen."""
    if cpus.can_pin():
        number, cpu = 2, cpus.usable()[0]
    else:
        number, cpu = os.cpu_count() + 1, None
    names = [f"computing {at}" for at in range(number)]
    for name in names:
        arm.launch(computing, name, cpu)
    peers = [arm.expect(name) for name in names]
    states = dict.fromkeys(state_of(peer.pid) for _ in range(READINGS) for peer in peers)
    for peer in peers:
        peer.connection.close()
    return list(states)


def record_states(arm, disturb):
    computing_is = states_of_computing_processes(arm)
    program = arm.launch(stay, "waiting")
    waiting = arm.expect("waiting")
    waiting_is = wait_state(waiting, "sleeping")
    if disturb:
        suspend(waiting.pid)
        suspended_is = wait_state(waiting, "stopped")
        resume(waiting.pid)
        waiting.leave()
        waiting.wait_end()  # its status has not been collected yet, so it is not reaped
        ended_is = state_of(waiting.pid)
    else:
        suspended_is = ended_is = state_of(waiting.pid)
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


def wait_state(process, state):
    """Wait until the process is in this state, and return the state that the system shows."""
    if sys.platform != "win32":
        process.wait_state(state)
        return state_of(process.pid)
    # On Windows psutil only shows stopped processes, and stopping the last thread may take a moment.
    with contextlib.suppress(TimeoutError):
        table.wait_for(lambda: state_of(process.pid) == state, TIMEOUT / 40, "the state")
    return state_of(process.pid)


def experiment(arm):
    record_states(arm, disturb=True)


def control(arm):
    """The process is not stopped and does not end."""
    record_states(arm, disturb=False)


if __name__ == "__main__":
    main(experiment, control)
