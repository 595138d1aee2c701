"""A service waits for its stop event; its SIGTERM handler, a method, sets the event. Sound: set_in_handler_ok."""

import os
import signal
import subprocess
from multiprocessing import Event


class Service:
    def __init__(self):
        self.stopping = Event()
        signal.signal(signal.SIGTERM, self.on_signal)

    def on_signal(self, number, frame):
        self.stop()

    def stop(self):
        self.stopping.set()  # cause: event-set-in-handler

    def run(self):
        subprocess.Popen(f"sleep 1; kill -TERM {os.getpid()}", shell=True)
        self.stopping.wait()


if __name__ == "__main__":
    Service().run()
    print("stopped", flush=True)
