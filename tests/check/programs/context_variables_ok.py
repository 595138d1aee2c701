"""Context variables and the context of decimal have other values in the child, which sets its own."""

import contextvars
import decimal
import multiprocessing

request = contextvars.ContextVar("request")


def audit(number, precision):
    request.set(number)
    with decimal.localcontext() as context:
        context.prec = precision
        print(request.get(), decimal.Decimal(1) / 7)


if __name__ == "__main__":
    request.set(99)
    decimal.getcontext().prec = 12
    child = multiprocessing.Process(target=audit, args=(5, 3))
    child.start()
    child.join()
