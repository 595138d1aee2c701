"""A program's child ends at once and leaves a child of its own, an orphan. The program joins its child and comes to the
end of its code: does it end while the orphan is alive?

The program is not the orphan's parent. But the program's resource tracker, which is a child of the program, waits for
the end of a pipe, and every process that was spawned directly or indirectly by the program holds this pipe. In the
control the program's own child is alive when the code ends.
"""

import os
import sys
from multiprocessing import Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import QUIET_TIME, TIMEOUT, check_in, main, stay


def program_code(address):
    process = Process(target=child, args=(address,))
    process.start()
    check_in(address, "program").serve(join=process.join)


def child(address):
    Process(target=stay, args=(address, "grandchild")).start()
    check_in(address, "child").serve()
    os._exit(0)  # any other way to exit waits for the grandchild


def begin(arm):
    # The child's abrupt exit leaves multiprocessing's temporary folder behind.
    program = arm.launch(program_code, env={**os.environ, "TMPDIR": arm.folder()})
    return program, *(arm.expect(name) for name in ("program", "child", "grandchild"))


def end_child(child):
    child.leave()
    child.wait_end()


def end(arm, program, grandchild):
    arm.record(grandchild="lives" if grandchild.answers() else "ended")
    grandchild.leave()
    grandchild.wait_end()
    arm.record(exit_code=arm.wait_exit_code(program))


def experiment(arm):
    program, main_process, child, grandchild = begin(arm)
    end_child(child)
    main_process.call("join")
    main_process.leave()
    arm.record(program="waits" if arm.wait_exit_code(program, TIMEOUT / 4) is None else "ends")
    end(arm, program, grandchild)


def control(arm):
    program, main_process, child, grandchild = begin(arm)
    main_process.leave()
    arm.record(program="waits" if arm.wait_exit_code(program, QUIET_TIME) is None else "ends")
    end_child(child)
    end(arm, program, grandchild)


if __name__ == "__main__":
    main(experiment, control)
