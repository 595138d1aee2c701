"""The same as pipe_ends_of_siblings.py; the children close the ends of all pipes."""

from multiprocessing import Pipe, Process


def work(number, pipes):
    for _, sender in pipes:
        sender.close()
    try:
        while job := pipes[number][0].recv():
            print(number, job, flush=True)
    except EOFError:
        pass


def main():
    pipes = [Pipe(duplex=False) for _ in range(2)]
    workers = [Process(target=work, args=(number, pipes)) for number in range(2)]
    for worker in workers:
        worker.start()
    for number, (_, sender) in enumerate(pipes):
        sender.send(f"job {number}")
        sender.close()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
