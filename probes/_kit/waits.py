"""Calls that may wait: a process of the story is put into one, and the probe looks whether it comes back.

The process says when it begins, so that what is seen to wait is the call and not the process on its way to it.
"""

from _kit.checkin import PATIENCE, PeerError, check_in


def serve_calls(address, name, **actions):
    """A process's part: check in and do what the probe calls for, saying each time that it begins."""
    line = check_in(address, name)

    def announced(name, action):
        def call(*args):
            line.send(f"begins {name}")
            return action(*args)

        return call

    line.serve(**{name: announced(name, action) for name, action in actions.items()})


def begin(peer, action, *args):
    """Put it into a call. Returns when it has begun."""
    peer.begin(action, *args)
    peer.hear()


def outcome(peer, patience=PATIENCE):
    """What the call that it is in brings: its result, the name of the error that it raised, or ``waits``."""
    try:
        said = peer.answer(patience)
    except TimeoutError:
        said = "waits"
    except EOFError:
        said = "ended"
    except PeerError as error:
        said = error.kind
    peer.arm.event(
        peer.name, "waits" if said == "waits" else "comes back", peer.pid, "" if said == "waits" else str(said)
    )
    return said


def call(peer, action, *args):
    """Begin it, and see what it brings."""
    begin(peer, action, *args)
    return outcome(peer)
