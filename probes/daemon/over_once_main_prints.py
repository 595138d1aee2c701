"""Is a daemon over as soon as the main process's last line shows? What it still does after that is counted.

The line comes first and the daemon's end later, by the exit of the main process, which here is held
back: as it would be by a thread that still runs, or by another exit function. In the control the main
process waits for the daemon before it says its line.
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
    line = check_in(address, "main process")
    if after_the_daemon:
        daemon.join()
    line.report_joins(daemon)
    # Exit functions run in reverse order, and multiprocessing has its own since start(), at the latest.
    atexit.register(line.serve)
    print("the last line", flush=True)  # at once, as on a terminal


def daemon_and_line(arm, after_the_daemon):
    screen = os.path.join(arm.folder(), "screen")
    with open(screen, "wb") as file:
        program = arm.launch(main_code, after_the_daemon, stdout=file)
    main_process, daemon = arm.expect("main process"), arm.expect("daemon")
    if after_the_daemon:
        daemon.leave()
    arm.record(line=what_shows(screen))
    answers = sum(daemon.answers() for _ in range(TIMES))
    arm.record(daemon_answers={"seen": answers, "of": TIMES})
    main_process.leave()
    more = 0
    while more < MANY and daemon.answers():
        more += 1
    # A matter of luck, of which nothing is predicted: what the daemon still does until the exit comes to end it.
    arm.record(more_answers=more)
    main_process.wait_join()  # before its end, if at all: it has terminated the daemon then
    arm.record(daemon_then="lives" if daemon.answers() else "ended")
    daemon.leave()
    program.wait(TIMEOUT)


def what_shows(screen):
    def text():
        with open(screen, encoding="utf-8") as file:
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
