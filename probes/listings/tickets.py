"""Five buyers look how many tickets there are: one. Then each goes into the shop, reads again, and buys if it can.

Without a lock all have read before the first of them writes; with a lock that cannot be. In a third story one buyer
looks late, when the ticket has been bought.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main
from _kit.checkin import A_WHILE, PATIENCE
from _kit.play import Play

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs", "tickets.py")
BUYERS = [f"buyer {number}" for number in range(5)]


def play(arm, how, patience, late=()):
    folder = arm.folder()
    stock = os.path.join(folder, "stock.json")
    with open(stock, "w", encoding="utf-8") as file:
        json.dump({"left": 1}, file)
    with Play(arm, PROGRAM, how, cwd=folder) as program:
        for buyer in BUYERS:
            if buyer not in late:
                look(program, buyer)
        shop(program, len(BUYERS) - len(late), patience)
        for buyer in late:
            look(program, buyer)
        shop(program, len(late), patience)
        program.go("main")
        exit_code = program.end()
    with open(stock, encoding="utf-8") as file:
        left = json.load(file)["left"]
    seen = [int(line.rpartition(" ")[2]) for line in program.lines if "sees" in line]
    sold = sum(line.endswith("has bought") for line in program.lines)
    arm.record(seen=seen, sold=sold, left=left, exit_code=exit_code)


def look(program, buyer):
    before = len(program.lines)
    program.go(buyer)
    program.shows(lambda lines: len(lines) > before)


def shop(program, buyers, patience):
    """See so many through the shop: those who come in before one of them has gone out all read before any writes."""
    while buyers > 0:
        inside = come(program, "in the shop", buyers, patience)
        for buyer in inside:
            buyer.leave()
        at_the_till = come(program, "at the till", len(inside), PATIENCE)
        for buyer in at_the_till:
            buyer.leave()
            buyer.wait_end()
        if not at_the_till:
            return
        buyers -= len(at_the_till)
        patience = 0  # the only ticket has gone: how many of the others are inside at once makes no difference now


def come(program, where, number, patience):
    """Those who come there: so many, unless for so long no other comes."""
    those = [program.cue(where)]
    while those[-1] is not None and len(those) < number:
        those.append(program.cue(where, patience))
    return [buyer for buyer in those if buyer is not None]


def without_lock(arm):
    play(arm, "as-they-come", PATIENCE)


def with_lock(arm):
    play(arm, "in-turn", A_WHILE)


def with_lock_one_looks_late(arm):
    play(arm, "in-turn", A_WHILE, late=["buyer 4"])


if __name__ == "__main__":
    main(without_lock, with_lock, with_lock_one_looks_late)
