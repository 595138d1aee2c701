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


def sender(address, send):
    line = check_in(address, "sender")

    def send_all():
        for length in LENGTHS:
            send(bytes(length))

    line.serve(send_all=send_all)


def receive(arm, send, arrived, get):
    """Return the lengths of the received pieces, until all bytes have arrived."""
    Process(target=sender, args=(arm.address, send)).start()
    arm.expect("sender").call("send_all")
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
    arm.record(lengths=receive(arm, queue.put, lambda: not queue.empty(), queue.get))


def through_pipe(arm):
    reader, writer = Pipe(duplex=False)
    arm.record(lengths=receive(arm, writer.send, reader.poll, reader.recv))


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
        arm.record(lengths=receive(arm, stream, all_arrived, lambda: accepted[0].recv(1 << 16)))
        accepted[0].close()


if __name__ == "__main__":
    main(through_queue, through_pipe, through_stream)
