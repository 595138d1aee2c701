"""The main process prints its last line: has its daemon ended by then? The daemon's answers after the line are counted.

The daemon is ended later, by the exit of the main process. The probe delays that exit, as a running thread or another
exit function would. In the control the main process waits for the daemon before it prints the line.
"""

import atexit
import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, stay, table

TIMES = 20
MANY = 1000


def main_code(address, after_the_daemon):
    daemon = Process(target=stay, args=(address, "daemon"), name="daemon", daemon=True)
    daemon.start()
    connection = check_in(address, "main process")
    if after_the_daemon:
        daemon.join()
    connection.report_joins(daemon)
    # Exit functions run in reverse order, and multiprocessing has registered its own at start(), at the latest.
    atexit.register(connection.serve)
    print("the last line", flush=True)  # at once, as on a terminal


def daemon_and_line(arm, after_the_daemon):
    output = os.path.join(arm.folder(), "output")
    with open(output, "wb") as file:
        program = arm.launch(main_code, after_the_daemon, stdout=file)
    main_process, daemon = arm.expect("main process"), arm.expect("daemon")
    if after_the_daemon:
        daemon.leave()
    arm.record(line=text_in(output))
    answers = sum(daemon.answers() for _ in range(TIMES))
    arm.record(daemon_answers={"seen": answers, "of": TIMES})
    main_process.leave()
    more = 0
    while more < MANY and daemon.answers():
        more += 1
    # A matter of luck, so nothing is predicted: the answers until the exit terminates the daemon.
    arm.record(more_answers=more)
    main_process.wait_join()  # returns when its exit has terminated the daemon, or when it has ended
    arm.record(daemon_then="lives" if daemon.answers() else "ended")
    daemon.leave()
    program.wait(TIMEOUT)


def text_in(output):
    def text():
        with open(output, encoding="utf-8") as file:
            return file.read().strip()

    try:
        return table.wait_for(text, TIMEOUT / 2, "the line")
    except TimeoutError:
        return ""


def experiment(arm):
    daemon_and_line(arm, after_the_daemon=False)


def control(arm):
    daemon_and_line(arm, after_the_daemon=True)


if __name__ == "__main__":
    main(experiment, control)
