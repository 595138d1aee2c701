"""One program is run twice: does each run have its own film, and does it go on when the other has ended?

In the control the program is run once and does its work in two threads: there is only one film.
"""

import os
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main

PLAYERS = ("player 1", "player 2")

film = None


def play(address, name):
    """Play the film that the user of this program chooses."""

    def choose(title):
        global film
        film = title

    check_in(address, name, program=os.path.abspath(__file__)).serve(choose=choose, shows=lambda: film)


def play_in_two_threads(address):
    """Do the same twice in one run, in two threads."""
    threads = [threading.Thread(target=play, args=(address, name)) for name in PLAYERS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def watch(arm):
    """Choose a film in each player, and record what they show."""
    first, second = peers = [arm.expect(name) for name in PLAYERS]
    first.call("choose", "a comedy")
    second.call("choose", "a western")
    arm.record(
        programs=len({peer.details["program"] for peer in peers}),
        processes=len({peer.pid for peer in peers}),
        both_there=all(peer.read_state() not in ("zombie", "gone") for peer in peers),
        shows=[peer.call("shows") for peer in peers],
    )
    return first, second


def experiment(arm):
    for name in PLAYERS:
        arm.launch(play, name)
    first, second = watch(arm)
    first.leave()
    first.wait_end()
    arm.record(second_goes_on=second.answers(), second_then_shows=second.call("shows"))


def control(arm):
    arm.launch(play_in_two_threads)
    watch(arm)


if __name__ == "__main__":
    main(experiment, control)
