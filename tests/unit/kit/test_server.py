"""Processes check in by name, in any order, and unrelated connections are refused."""

import os
import socket
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "probes"))

from _kit import check_in
from _kit.probe.server import CheckinServer


@pytest.fixture
def server():
    server = CheckinServer()
    yield server
    server.close()


def test_processes_are_accepted_by_name_and_not_in_the_order_of_their_arrival(server):
    first, second = check_in(server.address, "first", color="red"), check_in(server.address, "second")
    other, hello_of_second = server.accept("second", timeout=5)
    connection, hello = server.accept("first", timeout=5)
    assert (hello_of_second["name"], hello["pid"], hello["details"]) == ("second", os.getpid(), {"color": "red"})
    first.send("a message")
    assert connection.receive() == "a message"
    for each in (first, second, connection, other):
        each.close()


def test_a_connection_without_the_token_is_closed_and_does_not_delay_the_others(server):
    host, port, token = server.address.split()
    with socket.create_connection((host, int(port))) as unrelated:
        unrelated.sendall(b"x" * len(token))
        connection = check_in(server.address, "child")
        server.accept("child", timeout=5)[0].close()
        unrelated.settimeout(5)
        assert unrelated.recv(1) == b""
        connection.close()


def test_a_process_that_does_not_come_is_named_and_so_are_those_that_came(server):
    with pytest.raises(TimeoutError, match=r"child did not check in within 0\.01 s; no process has checked in"):
        server.accept("child", timeout=0.01)
    with check_in(server.address, "other").sock:
        came = rf"child did not check in within 2 s; checked in: other \(pid {os.getpid()}\)"
        with pytest.raises(TimeoutError, match=came):
            server.accept("child", timeout=2)
