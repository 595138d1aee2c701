"""An Event is made in the call of Process(); start() drops the arguments. Sound: lock_of_a_function_ok."""

import time
from multiprocessing import Event, Process


class Settings:
    def __setstate__(self, state):
        time.sleep(0.3)
        self.__dict__.update(state)


def work(settings, stop):
    stop.set()
    print("work", settings.name, flush=True)


class Service:
    def begin(self):
        settings = Settings()
        settings.name = "db"
        self.process = Process(target=work, args=(settings, Event()))
        self.process.start()  # cause: primitive-dropped-early under spawn, forkserver if cpython


if __name__ == "__main__":
    service = Service()
    service.begin()
    service.process.join()
