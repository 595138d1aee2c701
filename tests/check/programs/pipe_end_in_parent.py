"""A parent reads until its children have closed their end of a pipe, and keeps that end itself. Sound: pipe_end_in_child_ok."""

import multiprocessing


class Results:
    def __init__(self):
        self.reader, self.writer = multiprocessing.Pipe(False)

    def __iter__(self):
        try:
            while True:
                yield self.reader.recv()  # cause: pipe-end-kept-open
        except EOFError:
            pass


def work(writer):
    writer.send("result")


if __name__ == "__main__":
    results = Results()
    child = multiprocessing.Process(target=work, args=(results.writer,))
    child.start()
    for result in results:
        print(result, flush=True)
    child.join()
