"""A process sends pieces of several lengths through a queue and through a pipe, and they arrive as they were sent.

A socket transfers the same pieces without their boundaries, as one stream of bytes.
"""

import os
import socket
import sys
from multiprocessing import Pipe, Process, Queue

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import TIMEOUT, check_in, main, table

LENGTHS = [3, 0, 5000, 1]


def sender(address, send, get=None):
    line = check_in(address, "sender")

    def send_all():
        for length in LENGTHS:
            send(bytes(length))

    def get_all():
        try:
            return [len(get()) for _ in LENGTHS]
        except Exception as error:  # the end cannot receive
            return type(error).__name__

    line.serve(send_all=send_all, get_all=get_all)


def start_sender(arm, send, get=None):
    Process(target=sender, args=(arm.address, send, get)).start()
    return arm.expect("sender")


def receive(peer, arrived, get):
    """Return the lengths of the pieces that the other process sends, until all bytes have arrived."""
    peer.call("send_all")
    lengths, total = [], 0
    while total < sum(LENGTHS):
        table.wait_for(arrived, TIMEOUT, "something to receive")
        try:
            lengths.append(len(get()))
        except Exception as error:  # a part of a pickle cannot be unpickled
            return [*lengths, type(error).__name__]
        total += lengths[-1]
    return lengths


def through_queue(arm):
    queue = Queue()
    arm.record(lengths=receive(start_sender(arm, queue.put), lambda: not queue.empty(), queue.get))


def through_pipe(arm):
    reader, writer = Pipe(duplex=False)
    arm.record(lengths=receive(start_sender(arm, writer.send), reader.poll, reader.recv))


def through_duplex_pipe(arm):
    """The default kind of pipe: both ends send and receive."""
    here, there = Pipe()
    peer = start_sender(arm, there.send, there.recv)
    arm.record(lengths=receive(peer, here.poll, here.recv))
    peer.begin("get_all")
    for length in LENGTHS:
        here.send(bytes(length))
    arm.record(lengths_back=peer.answer())


class Stream:
    """The sending end of a TCP connection, opened by the process that first sends."""

    def __init__(self, port):
        self.port = port
        self.sock = None

    def __call__(self, data):
        if self.sock is None:
            self.sock = socket.create_connection(("127.0.0.1", self.port))
        self.sock.sendall(data)


def through_stream(arm):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(TIMEOUT)
        accepted = []

        def all_arrived():
            if not accepted:
                accepted.append(server.accept()[0])
            return len(accepted[0].recv(1 << 16, socket.MSG_PEEK)) == sum(LENGTHS)

        stream = Stream(server.getsockname()[1])
        arm.record(lengths=receive(start_sender(arm, stream), all_arrived, lambda: accepted[0].recv(1 << 16)))
        accepted[0].close()


if __name__ == "__main__":
    main(through_queue, through_pipe, through_duplex_pipe, through_stream)
