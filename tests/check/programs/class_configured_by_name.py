"""A class is configured by setattr(), and the workers have its defaults. Sound: global_under_guard_ok."""

import multiprocessing
import sys


class Layout:
    width = 3

    @classmethod
    def configure(cls, **options):
        for name, value in options.items():
            setattr(cls, name, value)  # cause: state-not-inherited under spawn, forkserver


def render(text):
    return text.ljust(Layout.width, "-")


if __name__ == "__main__":
    Layout.configure(width=6)
    with multiprocessing.Pool(1) as pool:
        shown = pool.apply(render, ("ab",))
    print(shown, flush=True)
    sys.exit(shown != "ab----")
