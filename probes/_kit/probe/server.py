"""The probe's side of the check-ins."""

import os
import socket
import time

from _kit.checkin import Connection, close_in_forked_children


class CheckinServer:
    """Where processes check in."""

    def __init__(self):
        self.token = os.urandom(8).hex()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        host, port = self.listener.getsockname()
        self.address = f"{host} {port} {self.token}"
        self.waiting = {}
        self.came = []
        """``NAME (pid PID)`` of each process that has checked in, in the order of their arrival."""
        close_in_forked_children(self)

    def accept(self, name, timeout):
        """Return the connection and the hello message of the process that checks in as ``name``.

        Raises TimeoutError if no process does.
        """
        give_up = time.monotonic() + timeout
        while not self.waiting.get(name):
            left = give_up - time.monotonic()
            if left <= 0:
                came = f"checked in: {', '.join(self.came)}" if self.came else "no process has checked in"
                raise TimeoutError(f"{name} did not check in within {timeout:g} s; {came}")
            self.listener.settimeout(left)
            try:
                sock, _ = self.listener.accept()
            except (socket.timeout, TimeoutError):
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(sock)
            try:
                hello = connection.receive() if connection.starts_with(self.token) else None
            except (EOFError, TimeoutError):  # the process ended while it checked in
                hello = None
            if hello is None:  # or an unrelated process connected
                connection.close()
            else:
                self.came.append(f"{hello['name']} (pid {hello['pid']})")
                self.waiting.setdefault(hello["name"], []).append((connection, hello))
        return self.waiting[name].pop(0)

    def close(self):
        """Stop listening, and close the connections that were not accepted."""
        self.listener.close()
        for arrived in self.waiting.values():
            for connection, _ in arrived:
                connection.close()
