"""A child changes a shared number and a shared array."""

from multiprocessing import Array, Process, Value


def change(number, array):
    number.value = 3.1415927
    for index, value in enumerate(array):
        array[index] = -value


if __name__ == "__main__":
    number, array = Value("d", 0.0), Array("i", range(5))
    child = Process(target=change, args=(number, array))
    child.start()
    child.join()
    print(number.value, array[:])
