"""Three workers come into one room and go out of it, each with a line. All are at the door before the first goes in.

With a lock there is one of them inside at a time; without, all three, who then go out in the reverse order.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.checkin import A_WHILE, PATIENCE
from _kit.play import Play

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "workers.py")
WORKERS = 3


def play(arm, how, patience):
    most = gone = 0
    with Play(arm, PROGRAM, how) as program:
        at_the_door = [program.cue("at the door") for _ in range(WORKERS)]
        for worker in filter(None, at_the_door):
            worker.leave()
        while gone < WORKERS:
            inside = come_in(program, WORKERS - gone, patience)
            if not inside:
                break
            most = max(most, len(inside))
            for worker in sorted(inside, key=lambda worker: program.lines.index(f"{worker.pid} in"), reverse=True):
                worker.leave()
                worker.wait_end()
            gone += len(inside)
        program.go("main")
        exit_code = program.end()
    arm.record(most_inside=most, lines=by_letter(program.lines), exit_code=exit_code)


def come_in(program, number, patience):
    """Those who are in the room: so many, unless for so long no other comes in."""
    inside = [program.cue("in the room")]
    while inside[-1] is not None and len(inside) < number:
        inside.append(program.cue("in the room", patience))
    inside = [worker for worker in inside if worker is not None]
    program.shows(lambda lines: all(f"{worker.pid} in" in lines for worker in inside))
    return inside


def by_letter(lines):
    """The lines with letters for the ids, by the order in which they first appear."""
    ids = list(dict.fromkeys(line.split()[0] for line in lines))
    return [f"{'ABCDEF'[ids.index(line.split()[0])]} {line.split()[1]}" for line in lines]


def without_lock(arm):
    play(arm, "as-they-come", PATIENCE)


def with_lock(arm):
    play(arm, "in-turn", A_WHILE)


if __name__ == "__main__":
    main(without_lock, with_lock)
