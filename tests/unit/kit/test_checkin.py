"""The connection between a process of an experiment and its probe, with both ends in this one process."""

import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "probes"))

from _kit.checkin import Connection, ProbeConnection


@pytest.fixture
def ends():
    """Both ends of a connection."""
    ours, others = (kind(sock) for kind, sock in zip((Connection, ProbeConnection), socket.socketpair(), strict=True))
    yield ours, others
    ours.close()
    others.close()


def test_messages_arrive_and_silence_differs_from_the_end(ends):
    ours, others = ends
    others.send({"a": [1, None]})
    assert ours.receive() == {"a": [1, None]}
    with pytest.raises(TimeoutError, match=r"no message within 0\.01 s"):
        ours.receive(timeout=0.01)
    others.close()
    with pytest.raises(EOFError):
        ours.receive()


def test_a_timeout_longer_than_the_poll_interval_is_waited_for_in_full(ends):
    ours, _ = ends
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        ours.receive(timeout=0.6)
    assert time.monotonic() - began >= 0.6


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals that are sent to threads")
def test_a_signal_that_does_not_interrupt_the_wait_is_handled_during_it(ends):
    """A signal in another thread, or just before the wait begins, does not end the system's wait."""
    ours, others = ends
    heard = threading.Event()
    main = threading.get_ident()
    waited = []

    def signal_when_main_waits():
        # With this switch interval another thread only runs when this one waits in a call.
        give_up = time.monotonic() + 10
        while sys._current_frames()[main].f_code.co_name != "_readable" and time.monotonic() < give_up:
            time.sleep(0.001)  # bounded by the timeout above
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        waited.append(heard.wait(10))
        others.send("enough")

    before = signal.signal(signal.SIGUSR1, lambda *_: heard.set())
    interval = sys.getswitchinterval()
    sys.setswitchinterval(100)
    sender = threading.Thread(target=signal_when_main_waits)
    try:
        sender.start()
        assert ours.receive(timeout=None) == "enough"
        sender.join()
    finally:
        sys.setswitchinterval(interval)
        signal.signal(signal.SIGUSR1, before)
    assert waited == [True], "the handler ran only after a message had arrived"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a select() that takes only low descriptors")
def test_a_descriptor_above_1023_is_not_taken_for_the_end():
    resource = pytest.importorskip("resource", reason="needs the module resource")
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] <= 1200:
        pytest.skip("needs a higher limit of descriptors")
    first, second = socket.socketpair()
    high = os.dup2(first.fileno(), 1100)
    first.close()
    ours, others = Connection(socket.socket(fileno=high)), ProbeConnection(second)
    try:
        others.send("heard")
        assert ours.receive(timeout=5) == "heard"
    finally:
        ours.close()
        others.close()
