import multiprocessing


def main():
    factor = 3
    process = multiprocessing.Process(target=lambda: print("resized by", factor))
    process.start()
    process.join()


if __name__ == "__main__":
    main()
