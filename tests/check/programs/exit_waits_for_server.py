"""A class starts a server loop in a child and never stops it. Sound: exit_waits_ok."""

import time
from multiprocessing import Process


class Server:
    def __init__(self):
        self.process = Process(target=self.serve)

    def serve(self):
        while True:
            time.sleep(0.2)

    def begin(self):
        self.process.start()  # cause: exit-waits-for-child


def main():
    server = Server()
    server.begin()
    print("begun", flush=True)


if __name__ == "__main__":
    main()
