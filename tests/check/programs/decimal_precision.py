"""The precision of decimal is set in the program, and not in the executor's worker. Sound: context_variables_ok."""

import decimal
from concurrent.futures import ProcessPoolExecutor


def inverse(number):
    return str(1 / number)


def main():
    decimal.getcontext().prec = 40  # cause: state-not-inherited under spawn, forkserver
    with ProcessPoolExecutor(1) as executor:
        there = executor.submit(inverse, decimal.Decimal(7)).result()
    print(there == inverse(decimal.Decimal(7)))


if __name__ == "__main__":
    main()
