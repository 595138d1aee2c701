import multiprocessing

PRICES = {}


def total(names, result):
    result.put(sum(PRICES[name] for name in names))


def in_a_child(target, *args):
    result = multiprocessing.Queue()
    child = multiprocessing.Process(target=target, args=(*args, result))
    child.start()
    child.join()
    assert child.exitcode == 0
    return result.get()


def test_total_of_nothing():
    assert in_a_child(total, []) == 0


def test_total():
    PRICES["tea"] = 3
    assert in_a_child(total, ["tea"]) == 3


def test_discount():
    assert in_a_child(lambda result: result.put(2)) == 2
