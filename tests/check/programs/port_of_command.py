"""A restarted server finds its port taken: by the command that inherited the socket. Sound: port_of_child_ok."""

import socket
import subprocess


def listen(port):
    listener = socket.socket()
    listener.bind(("127.0.0.1", port))  # cause: port-kept-open
    listener.listen()
    return listener


listener = listen(0)
listener.set_inheritable(True)
port = listener.getsockname()[1]
helper = subprocess.Popen(["sleep", "3"], close_fds=False)
listener.close()
try:
    listen(port)
finally:
    helper.kill()
    helper.wait()
