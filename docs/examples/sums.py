import multiprocessing


def work(number):
    return number * number


if __name__ == "__main__":
    with multiprocessing.Pool(4) as pool:
        print(sum(pool.map(work, range(100))))
