"""A process waits for input, by reading or by polling: does it leave the CPU to its neighbour?

The neighbour computes for some milliseconds and then writes a byte, several times. The other process waits for each.
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, cpus, end_all, main, open_page, run_together, shared_page

# Windows lets a process run for up to 0.19 s before its neighbour, so the control takes long there.
WAITS = 20 if sys.platform != "win32" else 5
# Seconds of CPU time for each byte. Windows counts in steps of 0.016, one of which may be counted for the waiter.
COMPUTES = 0.005 if sys.platform != "win32" else 0.1

WAITS_FOR, HAS = 0, 1  # offsets in the memory: the byte that the waiter waits for, and the last one that was written


def neighbour(address, path, cpu):
    cpus.pin(cpu)

    def compute():
        began = time.process_time()
        with open_page(path) as page:
            for number in range(1, WAITS + 1):
                while page[WAITS_FOR] < number:
                    pass
                until = time.process_time() + COMPUTES
                while time.process_time() < until:
                    pass
                page[HAS] = number
                os.write(1, b"!")
        return time.process_time() - began

    check_in(address, "neighbour").serve(work=compute)


def by_reading(page, number):
    os.read(0, 1)


def by_polling(page, number):
    while page[HAS] < number:
        pass


def waiter(address, path, cpu, how):
    cpus.pin(cpu)
    wait = {"by_reading": by_reading, "by_polling": by_polling}[how]

    def wait_for_each():
        gave_up = 0
        began = time.process_time()
        with open_page(path) as page:
            for number in range(1, WAITS + 1):
                before = cpus.switches()
                page[WAITS_FOR] = number
                wait(page, number)
                gave_up += before is not None and cpus.switches().voluntary > before.voluntary
        return [time.process_time() - began, gave_up]

    check_in(address, "waiter").serve(work=wait_for_each)


def side_by_side(arm, how):
    cpu = cpus.usable()[0]
    bytes_from, bytes_to = os.pipe()
    path = shared_page(arm)
    try:
        programs = [
            arm.launch(neighbour, path, cpu, stdout=bytes_to),
            arm.launch(waiter, path, cpu, how, stdin=bytes_from),
        ]
    finally:
        os.close(bytes_from)
        os.close(bytes_to)
    peers = [arm.expect("neighbour"), arm.expect("waiter")]
    neighbours, (waiters, gave_up) = run_together(peers, "work")
    end_all(peers, programs)
    arm.record(
        neighbours_seconds=round(neighbours, 3),
        waiters_seconds=round(waiters, 3),
        waiters_share=round(waiters / (waiters + neighbours), 3),
        waits=WAITS,
        waits_that_gave_up_the_cpu=gave_up if cpus.switches() is not None else "not counted",
    )


def experiment(arm):
    side_by_side(arm, "by_reading")


def control(arm):
    side_by_side(arm, "by_polling")


if __name__ == "__main__":
    main(experiment, control)
