"""A server restarts after it has forked a helper by hand; the helper still has the socket. Sound: port_of_child_ok."""

import os
import socket
import time


class Server:
    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def helper(self):
        if not os.fork():
            time.sleep(3)
            os._exit(0)

    def restart(self):
        self.socket.close()
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", self.port))  # cause: port-kept-open


if __name__ == "__main__":
    server = Server()
    server.helper()
    time.sleep(0.3)
    server.restart()
