"""A daemon tries to create a process with Process, os.fork and subprocess: which of them are refused?"""

import os
import subprocess
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PeerError, check_in, main, stay

# Prints its pid, and runs until its input ends: at the latest with the process that started it.
PROGRAM = "import os, sys; print(os.getpid(), flush=True); sys.stdin.read()"


def child(address):
    forked, programs = [], []

    def by_process():
        Process(target=stay, args=(address, "process"), daemon=False).start()

    def by_fork():
        pid = os.fork()
        if pid == 0:
            try:
                stay(address, "fork")
            finally:
                os._exit(0)
        forked.append(pid)

    def by_subprocess():
        command = [sys.executable, "-I", "-S", "-c", PROGRAM]
        programs.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        return int(programs[-1].stdout.readline())  # which it prints itself, so it runs

    check_in(address, "child").serve(by_process=by_process, by_fork=by_fork, by_subprocess=by_subprocess)
    for program in programs:
        program.communicate()
    for pid in forked:
        os.waitpid(pid, 0)


def try_all(arm, daemon):
    Process(target=child, args=(arm.address,), daemon=daemon).start()
    creator = arm.expect("child")
    for way in ("process", "fork", "subprocess"):
        try:
            pid = creator.call(f"by_{way}")
        except PeerError as error:
            arm.record(**{way: error.kind})
            continue
        if pid:
            arm.event(arm.set_name(pid, way), "started", pid)
            started = pid != creator.pid
        else:
            new = arm.expect(way)
            started = new.answers()
            new.leave()
        arm.record(**{way: "started" if started else "lost"})
    creator.leave()


def experiment(arm):
    try_all(arm, daemon=True)


def control(arm):
    try_all(arm, daemon=False)


if __name__ == "__main__":
    main(experiment, control)
