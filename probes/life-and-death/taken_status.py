"""The exit status of a child is collected by other code, or discarded by the system: what does its starter see?

In some arms a SIGCHLD handler of the program waits for any child; in others the program was started with SIGCHLD
ignored, as some servers and shells do. The child is started by multiprocessing, or is a command of subprocess.
"""

import multiprocessing
import os
import signal
import sys
from multiprocessing import Process
from multiprocessing.connection import wait

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, start_program

forked = []
"""The pids of the children that the program has made by os.fork()."""


def reap_any(*_):
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:  # no child is left
        pass


# --8<-- [start:own-children]
def reap(*_):
    multiprocessing.active_children()  # collects the exit statuses of multiprocessing's own children
    for pid in list(forked):  # the children that this program has made by os.fork()
        try:
            ended = os.waitpid(pid, os.WNOHANG)[0] == pid
        except ChildProcessError:  # a second SIGCHLD has interrupted this handler, and that call has collected it
            continue
        if ended:
            forked.remove(pid)


# --8<-- [end:own-children]


def handle_sigchld(how):
    if how == "reap any":
        signal.signal(signal.SIGCHLD, reap_any)
    elif how == "reap own":
        # --8<-- [start:own-children]
        signal.signal(signal.SIGCHLD, reap)
        # --8<-- [end:own-children]
    elif how == "restore":
        # --8<-- [start:default-action]
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # before the first child is started
        # --8<-- [end:default-action]


def ignore_sigchld():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def leave_with(address):
    sys.exit(check_in(address, "child").serve())


def process_program(address, how):
    handle_sigchld(how)
    process = Process(target=leave_with, args=(address,))
    process.start()

    def after_the_end():
        wait([process.sentinel], TIMEOUT)
        alive = process.is_alive()
        process.join()
        return {"alive": alive, "exitcode": process.exitcode, "alive_after_join": process.is_alive()}

    check_in(address, "program").serve(after_the_end=after_the_end)


def command_program(address, how):
    handle_sigchld(how)
    command = start_program(leave_with, address)
    check_in(address, "program").serve(after_the_end=lambda: {"returncode": command.wait()})


def observe(arm, program, how, ignored=False):
    arm.launch(program, how, preexec_fn=ignore_sigchld if ignored else None)
    peer, child = arm.expect("program"), arm.expect("child")
    child.leave(7)
    child.wait_end()
    if how == "reap any" or (ignored and how != "restore"):
        child.wait_state("gone")  # nobody has to wait for it any more
    arm.record(**peer.call("after_the_end"))
    peer.leave()
    peer.wait_end()


def process_reaped_by_handler(arm):
    observe(arm, process_program, "reap any")
    record_silence(arm)


def process_with_ignored_signal(arm):
    observe(arm, process_program, "nothing", ignored=True)
    record_silence(arm)


def record_silence(arm):
    if arm.facts["alive_after_join"]:
        arm.symptom(
            "silence", "parent", text="after the child's end and join(), is_alive() is True and exitcode is None"
        )


def process_left_alone(arm):
    observe(arm, process_program, "nothing")


def own_children(arm):
    observe(arm, process_program, "reap own")


def default_action(arm):
    observe(arm, process_program, "restore", ignored=True)


def command_reaped_by_handler(arm):
    observe(arm, command_program, "reap any")
    record_success(arm)


def command_with_ignored_signal(arm):
    observe(arm, command_program, "nothing", ignored=True)
    record_success(arm)


def record_success(arm):
    if arm.facts["returncode"] == 0:
        arm.symptom("silence", "parent", text="returncode is 0 although the command ended with exit code 7")


def command_left_alone(arm):
    observe(arm, command_program, "nothing")


def own_children_and_command(arm):
    observe(arm, command_program, "reap own")


def default_action_and_command(arm):
    observe(arm, command_program, "restore", ignored=True)


if __name__ == "__main__":
    main(
        process_reaped_by_handler,
        process_with_ignored_signal,
        process_left_alone,
        own_children,
        default_action,
        command_reaped_by_handler,
        command_with_ignored_signal,
        command_left_alone,
        own_children_and_command,
        default_action_and_command,
    )
