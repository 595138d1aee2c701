"""A server listens at '127.0.01', which has three numbers, and a client connects to it at 127.0.0.1."""

import os
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, main

SHORT = "127.0.01"


def server_at(arm, host):
    with socket.socket() as server:
        try:
            server.bind((host, 0))
        except OSError as error:
            arm.record(listens_at=None, client_hears=None, error=type(error).__name__)
            return
        server.listen()
        server.settimeout(TIMEOUT)
        with socket.create_connection(("127.0.0.1", server.getsockname()[1]), timeout=TIMEOUT) as client:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"hello")
            arm.record(listens_at=server.getsockname()[0], client_hears=client.recv(1024).decode(), error="none")


def parse_strictly(address):
    """Return the address as inet_pton parses it, which accepts only four decimal numbers, or None."""
    try:
        return socket.inet_ntop(socket.AF_INET, socket.inet_pton(socket.AF_INET, address))
    except OSError:
        return None


def experiment(arm):
    server_at(arm, SHORT)


def no_address_of_ours(arm):
    server_at(arm, "192.0.2.1")  # reserved for documentation: RFC 5737


def strict_parser(arm):
    arm.record(short=parse_strictly(SHORT), full=parse_strictly("127.0.0.1"))


if __name__ == "__main__":
    main(experiment, no_address_of_ours, strict_parser)
