"""Commands are started and never waited for; their objects are dropped when the service ends. Sound: zombies_of_commands_ok."""

import subprocess
import time


class Service:
    def __init__(self):
        self.sent = []

    def send(self, text):
        self.sent.append(subprocess.Popen(["echo", text], stdout=subprocess.DEVNULL))  # cause: zombie-left-behind


def main():
    service = Service()
    for text in ("a", "b"):
        service.send(text)
    time.sleep(2.5)


if __name__ == "__main__":
    main()
    print("done", flush=True)
