"""The part for socket: an address that is in use, and which processes have it.

It runs in core.py's namespace (emit, where, describe, replace, on_import, FACTS).
"""

import errno
import os


@on_import("socket")
def _socket(module):
    base = module.socket.bind

    def bind(self, address):
        try:
            return base(self, address)
        except OSError as error:
            with QUIET:
                if error.errno == errno.EADDRINUSE and isinstance(address, tuple):
                    emit(
                        "port busy",
                        port=address[1],
                        holders=_holders(address[1]),
                        exception=describe(error),
                        at=where(),
                    )
            raise

    bind.__doc__ = base.__doc__
    module.socket.bind = bind


def _holders(port):
    """Return the pids of the processes that have a listening socket at this port, as far as /proc shows them."""
    inodes = set()
    for name in ("tcp", "tcp6"):
        try:
            with open("/proc/net/" + name) as file:
                for line in file.read().splitlines()[1:]:
                    words = line.split()
                    if words[3] == "0A" and int(words[1].rpartition(":")[2], 16) == port:
                        inodes.add("socket:[%s]" % words[9])
        except OSError:
            pass
    found = []
    for pid in os.listdir("/proc") if inodes else ():
        if pid.isdigit():
            try:
                fds = os.listdir("/proc/%s/fd" % pid)
                if any(os.readlink("/proc/%s/fd/%s" % (pid, fd)) in inodes for fd in fds):
                    found.append(int(pid))
            except OSError:
                pass
    return found
