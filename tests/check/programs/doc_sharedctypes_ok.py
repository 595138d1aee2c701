"""Structures, numbers and text in shared memory under one lock."""

from ctypes import Structure, c_double
from multiprocessing import Array, Lock, Process, Value


class Point(Structure):
    _fields_ = [("x", c_double), ("y", c_double)]


def change(number, text, points):
    number.value **= 2
    text.value = text.value.upper()
    for point in points:
        point.x **= 2


if __name__ == "__main__":
    lock = Lock()
    number = Value("i", 7)
    text = Array("c", b"hello", lock=lock)
    points = Array(Point, [(1.5, -6.25), (-5.75, 2.0)], lock=lock)
    child = Process(target=change, args=(number, text, points))
    child.start()
    child.join()
    print(number.value, text.value, [(point.x, point.y) for point in points])
