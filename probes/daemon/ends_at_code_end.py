"""The main process's code has run, and it waits for a plain child: has its daemon ended by then?"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, stay


def main_code(address, daemon):
    first = Process(target=stay, args=(address, "first"), name="first", daemon=daemon)
    plain = Process(target=stay, args=(address, "plain"), name="plain", daemon=False)
    first.start()
    plain.start()
    connection = check_in(address, "main process")
    connection.serve()
    connection.report_joins(first, plain)


def with_a_plain_child(arm, daemon):
    program = arm.launch(main_code, daemon)
    main_process, first, plain = (arm.expect(name) for name in ("main process", "first", "plain"))
    main_process.leave()
    # Its first join() shows that its code has run, and that its exit has terminated its daemons.
    joined = main_process.wait_join()
    arm.record(first="lives" if first.answers() else "ended")
    first.leave()
    while joined not in ("plain", None):
        joined = main_process.wait_join()
    arm.record(plain="lives" if plain.answers() else "ended", main_process_joins=joined)
    arm.record(main_process="lives" if program.poll() is None else "ended")
    plain.leave()
    main_process.wait_end()
    arm.record(exit_code=program.wait())


def experiment(arm):
    with_a_plain_child(arm, daemon=True)


def control(arm):
    with_a_plain_child(arm, daemon=False)


if __name__ == "__main__":
    main(experiment, control)
