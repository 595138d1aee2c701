"""Each worker reads its own pipe to the end; the ones that are forked later have inherited the ends of the others."""

from multiprocessing import Pipe, Process


def work(number, receiver, sender):
    sender.close()
    try:
        while job := receiver.recv():  # cause: pipe-end-kept-open under fork
            print(number, job, flush=True)
    except EOFError:
        pass


def main():
    pipes = [Pipe(duplex=False) for _ in range(2)]
    workers = [Process(target=work, args=(number, *pipe)) for number, pipe in enumerate(pipes)]
    for worker in workers:
        worker.start()
    for number, (_, sender) in enumerate(pipes):
        sender.send(f"job {number}")
        sender.close()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
