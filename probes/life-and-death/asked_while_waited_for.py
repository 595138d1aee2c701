"""One thread waits for the end of a command or a child. Another asks whether it runs: is it answered at once?"""

import os
import subprocess
import sys
import threading
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, entry_command, hangs, main, stay, table


IN_POPEN = "subprocess.py:_wait" if sys.platform == "win32" else "subprocess.py:_try_wait"


def command(arm):
    started = start_command(arm)
    ask(arm, started.wait, IN_POPEN, started.poll)


def child(arm):
    process = Process(target=stay, args=(arm.address, "asked about"))
    process.start()
    ask(arm, process.join, "multiprocessing/process.py:join", lambda: None if process.is_alive() else process.exitcode)


def waiting_question(arm):
    """The question itself waits for the end."""
    started = start_command(arm)
    ask(arm, started.wait, IN_POPEN, started.wait, patience=QUIET_TIME)


def start_command(arm):
    flags = subprocess._args_from_interpreter_flags()
    return subprocess.Popen([sys.executable, *flags, *entry_command(stay, arm.address, "asked about")])


def ask(arm, wait, waiting_in, question, patience=TIMEOUT):
    peer = arm.expect("asked about")
    waiter = begin(wait)
    table.wait_for(lambda: waiting_in in hangs.stack_of(waiter.ident), TIMEOUT, "the thread that waits")
    answers = []
    asker = begin(lambda: answers.append(question()))
    asker.join(patience)
    arm.record(answer={(): "none yet", (None,): "it runs"}.get(tuple(answers), "it has ended"))
    peer.leave()
    peer.wait_end()
    for thread in (waiter, asker):
        thread.join(TIMEOUT)
    arm.record(wait_ended=not waiter.is_alive())


def begin(action):
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    return thread


if __name__ == "__main__":
    main(command, child, waiting_question)
