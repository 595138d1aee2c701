"""Five buyers look how many tickets there are: one. Then each enters the shop, reads again, and buys if it can.

Without a lock all have read before the first one writes; with a lock this is impossible. In the third arm one buyer
looks late, when the ticket has been bought.
"""

import json
import os
import sys
from multiprocessing import Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import PIPES, QUIET_TIME, TIMEOUT, ScriptedProgram, main, wait_program

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "tickets.py")
BUYERS = [f"buyer {number}" for number in range(5)]


def run(arm, option, timeout, late=()):
    folder = arm.folder()
    stock = os.path.join(folder, "stock.json")
    with open(stock, "w", encoding="utf-8") as file:
        json.dump({"left": 1}, file)
    with ScriptedProgram(arm, PROGRAM, option, cwd=folder) as program:
        for buyer in BUYERS:
            if buyer not in late:
                look(program, buyer)
        shop(program, len(BUYERS) - len(late), timeout)
        for buyer in late:
            look(program, buyer)
        shop(program, len(late), timeout)
        program.run_step("main")
        exit_code = program.end()
    with open(stock, encoding="utf-8") as file:
        left = json.load(file)["left"]
    seen = [int(line.rpartition(" ")[2]) for line in program.lines if "sees" in line]
    sold = sum(line.endswith("has bought") for line in program.lines)
    arm.record(seen=seen, sold=sold, left=left, exit_code=exit_code)


def look(program, buyer):
    before = len(program.lines)
    program.run_step(buyer)
    program.prints(lambda lines: len(lines) > before)


def shop(program, buyers, timeout):
    """Let a number of buyers pass through the shop; all that are inside at the same time read before any writes."""
    while buyers > 0:
        inside = wait_at(program, "in the shop", buyers, timeout)
        for buyer in inside:
            buyer.leave()
        at_the_till = wait_at(program, "at the till", len(inside), TIMEOUT)
        for buyer in at_the_till:
            buyer.leave()
            buyer.wait_end()
        if not at_the_till:
            return
        buyers -= len(at_the_till)
        timeout = 0  # the only ticket is sold: how many of the others are inside at the same time no longer matters


def wait_at(program, where, number, timeout):
    """Wait until this number of buyers is there, or no other comes within the timeout; returns those that came."""
    buyers = [program.wait_step(where)]
    while buyers[-1] is not None and len(buyers) < number:
        buyers.append(program.wait_step(where, timeout))
    return [buyer for buyer in buyers if buyer is not None]


# --8<-- [start:lock]
def buy(lock, stock):
    with lock:  # from reading to writing
        with open(stock, encoding="utf-8") as file:
            left = json.load(file)["left"]
        if left > 0:
            with open(stock, "w", encoding="utf-8") as file:
                json.dump({"left": left - 1}, file)
            print("has bought", flush=True)


# --8<-- [end:lock]


def sale(_address, stock):
    lock = Lock()
    buyers = [Process(target=buy, args=(lock, stock)) for _ in BUYERS]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()


def lock(arm):
    """Five buyers read and write while they hold a lock."""
    stock = os.path.join(arm.folder(), "stock.json")
    with open(stock, "w", encoding="utf-8") as file:
        json.dump({"left": 1}, file)
    lines = wait_program(arm, arm.launch(sale, stock, **PIPES)).lines
    with open(stock, encoding="utf-8") as file:
        arm.record(sold=len(lines), left=json.load(file)["left"])


def without_lock(arm):
    run(arm, "as-they-come", TIMEOUT)


def with_lock(arm):
    run(arm, "in-turn", QUIET_TIME)


def with_lock_one_looks_late(arm):
    run(arm, "in-turn", QUIET_TIME, late=["buyer 4"])


if __name__ == "__main__":
    main(without_lock, with_lock, with_lock_one_looks_late, lock)
