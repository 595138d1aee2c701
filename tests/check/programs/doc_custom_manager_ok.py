"""A manager for a class of the program's own."""

from multiprocessing.managers import BaseManager


class Calculator:
    def add(self, one, other):
        return one + other

    def multiply(self, one, other):
        return one * other


class Calculators(BaseManager):
    pass


Calculators.register("Calculator", Calculator)

if __name__ == "__main__":
    with Calculators() as manager:
        calculator = manager.Calculator()
        print(calculator.add(4, 3), calculator.multiply(7, 8))
