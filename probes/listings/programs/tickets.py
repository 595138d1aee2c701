"""Five buyers, and a file with the number of tickets; each buyer that finds a ticket left buys it."""

import os
import sys
import json
from multiprocessing import Lock, Process

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit import say, step, use_start_method


STOCK = "stock.json"


def read():
    with open(STOCK, encoding="utf-8") as file:
        return json.load(file)


def look(name):
    step(name)
    say(f"{name} sees {read()['left']}")


def buy(name):
    step("in the shop")
    stock = read()
    step("at the till")
    if stock["left"] > 0:
        stock["left"] -= 1
        with open(STOCK, "w", encoding="utf-8") as file:
            json.dump(stock, file)
        say(f"{name} has bought")


def go_shopping(name):
    look(name)
    buy(name)


def go_shopping_in_turn(name, lock):
    look(name)
    with lock:
        buy(name)


if __name__ == "__main__":
    use_start_method()
    lock = Lock()
    for number in range(5):
        if "in-turn" in sys.argv:
            Process(target=go_shopping_in_turn, args=(f"buyer {number}", lock)).start()
        else:
            Process(target=go_shopping, args=(f"buyer {number}",)).start()
    step("main")
