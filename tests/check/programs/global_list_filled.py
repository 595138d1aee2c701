"""A list of the module is filled by a function before the start of a Process. Sound: global_under_guard_ok."""

import multiprocessing

PLUGINS = []


def register(name):
    PLUGINS.append(name)  # cause: state-not-inherited under spawn, forkserver


class Host(multiprocessing.Process):
    def run(self):
        print("plugins:", ", ".join(PLUGINS), flush=True)


if __name__ == "__main__":
    register("spelling")
    host = Host()
    host.start()
    host.join()
