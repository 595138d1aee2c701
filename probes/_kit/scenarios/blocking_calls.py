"""Calls that may block: the probe has a process make one, and sees whether it returns.

The process says when the call begins, so that the probe sees the call wait, and not the process before it.
"""

from _kit.checkin import TIMEOUT, PeerError, check_in


def serve(address, name, **actions):
    """Run a process that checks in and makes the calls that the probe asks for, and says when each begins."""
    connection = check_in(address, name)

    def announced(name, action):
        def call(*args):
            connection.send(f"begins {name}")
            return action(*args)

        return call

    connection.serve(**{name: announced(name, action) for name, action in actions.items()})


def begin(peer, action, *args):
    """Have the process make this call, and return when the call has begun."""
    peer.begin(action, *args)
    peer.receive()


def outcome(peer, timeout=TIMEOUT):
    """Return the result of the call that has begun, or the name of its error, ``ended`` or ``waits``."""
    try:
        result = peer.answer(timeout)
    except TimeoutError:
        result = "waits"
    except EOFError:
        result = "ended"
    except PeerError as error:
        result = error.kind
    waits = result == "waits"
    peer.arm.event(peer.name, "waits" if waits else "comes back", peer.pid, "" if waits else str(result))
    return result


def call(peer, action, *args):
    """Have the process make this call, and return its outcome."""
    begin(peer, action, *args)
    return outcome(peer)
