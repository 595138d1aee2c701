"""A program that does one thing, and reports whether it worked or what its user would see.

The program is a process of its own, because on Windows a start() that raises an error leaves a child without work
behind, which may take, while it starts, the data that are sent to the next child.
"""

from _kit.checkin import check_in
from _kit.probe import symptoms


def report_outcome(address, name, action, *args):
    """Call the action, check in with its outcome, and wait until the probe ends this process.

    To be called in a program of the probe. The outcome is the value that the action returns, plain data, or the symptom
    of the exception that it raised.
    """
    result = symptom = None
    try:
        result = action(*args)
    except Exception as error:
        symptom = symptoms.raised(error, "parent")
    check_in(address, name, result=result, symptom=symptom).serve()


def error_of(arm, action):
    """Call the action; return the type of the exception that it raises, or ``none``. An exception is also a symptom."""
    try:
        action()
    except Exception as error:
        arm.symptom(**symptoms.raised(error, "parent"))
        return type(error).__name__
    return "none"


def outcome_of(arm, peer):
    """Return the type of the exception that a program has reported, or ``none``; an exception is also a symptom."""
    symptom = peer.details["symptom"]
    if symptom:
        arm.symptom(**symptom)
    return symptom["type"] if symptom else "none"


def result_of_task(task):
    """Return the current result of a pool's task: its value, the name of its error, or ``nothing``."""
    if not task.ready():
        return "nothing"
    try:
        return task.get()
    except (Exception, SystemExit) as error:
        return type(error).__name__
