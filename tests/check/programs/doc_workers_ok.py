"""Workers take functions from one queue, put results into another, and end at the word STOP."""

from multiprocessing import Process, Queue, current_process


def work(tasks, results):
    for function, args in iter(tasks.get, "STOP"):
        results.put((function.__name__, args, function(*args), bool(current_process().name)))


def multiply(one, other):
    return one * other


def add(one, other):
    return one + other


def main():
    tasks, results = Queue(), Queue()
    jobs = [(multiply, (number, 7)) for number in range(4)] + [(add, (number, 8)) for number in range(4)]
    for job in jobs:
        tasks.put(job)
    workers = [Process(target=work, args=(tasks, results)) for _ in range(2)]
    for worker in workers:
        worker.start()
    print(sorted(results.get() for _ in jobs))
    for _ in workers:
        tasks.put("STOP")
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
