"""Which roads to a new process are closed to a daemon: multiprocessing's own alone, or also os.fork and subprocess?"""

import os
import subprocess
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PeerError, check_in, main, stay

# Says who it is, and runs until its input ends: at the latest with the process that started it.
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
        return int(programs[-1].stdout.readline())  # its own word that it runs

    check_in(address, "child").serve(by_process=by_process, by_fork=by_fork, by_subprocess=by_subprocess)
    for program in programs:
        program.communicate()
    for pid in forked:
        os.waitpid(pid, 0)


def roads_of_a(arm, daemon):
    Process(target=child, args=(arm.address,), daemon=daemon).start()
    creator = arm.expect("child")
    for road in ("process", "fork", "subprocess"):
        try:
            pid = creator.call(f"by_{road}")
        except PeerError as refusal:
            arm.record(**{road: refusal.kind})
            continue
        if pid:
            arm.event(arm.set_name(pid, road), "started", pid)
            started = pid != creator.pid
        else:
            new = arm.expect(road)
            started = new.answers()
            new.leave()
        arm.record(**{road: "started" if started else "lost"})
    creator.leave()


def experiment(arm):
    roads_of_a(arm, daemon=True)


def control(arm):
    roads_of_a(arm, daemon=False)


if __name__ == "__main__":
    main(experiment, control)
