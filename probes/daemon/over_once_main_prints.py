"""Is a daemon over as soon as the main process's last line shows? What it still does after that is counted.

The line comes first and the daemon's end later, by the exit of the main process, which here is held
back: as it would be by a thread that still runs, or by another exit function. In the control an exit
function says the line, one that runs after multiprocessing's own.
"""

import atexit
import os
import sys
import tempfile
from functools import partial
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay, table
from _kit.checkin import PATIENCE

TIMES = 20
MANY = 1000


def main_code(address, after_the_daemons):
    say = partial(print, "the last line", flush=True)  # at once, as on a terminal
    # Exit functions run in reverse order, and multiprocessing has its own from the first start() on.
    if after_the_daemons:
        atexit.register(say)
    Process(target=stay, args=(address, "daemon"), daemon=True).start()
    line = check_in(address, "main process")
    atexit.register(line.serve)
    if not after_the_daemons:
        say()


def daemon_and_line(arm, after_the_daemons):
    with tempfile.TemporaryDirectory() as folder:
        screen = os.path.join(folder, "screen")
        with open(screen, "wb") as file:
            program = arm.launch(main_code, after_the_daemons, stdout=file)
        main_process, daemon = arm.expect("main process"), arm.expect("daemon")
        if after_the_daemons:
            main_process.leave()
        arm.record(line=what_shows(screen))
        answers = sum(daemon.answers() for _ in range(TIMES))
        arm.record(daemon_answers={"seen": answers, "of": TIMES})
        main_process.leave()
        more = 0
        while more < MANY and daemon.answers():
            more += 1
        # A matter of luck, of which nothing is predicted: what the daemon still does until the exit comes to end it.
        arm.record(more_answers=more)
        daemon.leave()
        program.wait(PATIENCE)


def what_shows(screen):
    def text():
        with open(screen, encoding="utf-8") as file:
            return file.read().strip()

    try:
        return table.wait_for(text, PATIENCE / 2, "the line")
    except TimeoutError:
        return ""


def experiment(arm):
    daemon_and_line(arm, after_the_daemons=False)


def control(arm):
    daemon_and_line(arm, after_the_daemons=True)


if __name__ == "__main__":
    main(experiment, control)
