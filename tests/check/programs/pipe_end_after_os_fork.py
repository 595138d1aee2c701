"""A program reads what its forked child writes to a pipe, and keeps the writing end. Sound: pipe_end_in_child_ok."""

import os


def main():
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.write(writing, b"hello")
        os._exit(0)
    text = b""
    while block := os.read(reading, 100):  # cause: pipe-end-kept-open
        text += block
    print(text, flush=True)


if __name__ == "__main__":
    main()
