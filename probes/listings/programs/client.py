"""A client that sends each line of its input to the server, and prints the answer."""

import os
import sys
from socket import AF_INET, SOCK_STREAM, socket

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from _kit import say, step


server = socket(AF_INET, SOCK_STREAM)
server.connect(("127.0.0.1", int(sys.argv[1])))
step("client")
while True:
    words = input().encode()
    if not words and "send-empty" not in sys.argv:
        continue
    server.send(words)
    say(server.recv(1024).decode())
