"""An exception with a keyword argument, raised in apply_async(). Sound: exception_with_arguments_ok."""

import multiprocessing


class Refused(ValueError):
    def __init__(self, *, reason):
        super().__init__(reason)


class Service:
    @staticmethod
    def call(number):
        if number:
            raise Refused(reason="no")
        return number

    def run(self):
        pool = multiprocessing.Pool(1)
        pending = pool.apply_async(self.call, (1,))
        return pending.get()  # cause: unpicklable-exception-hang


if __name__ == "__main__":
    print(Service().run(), flush=True)
