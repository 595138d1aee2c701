"""The base class of the errors that procsem raises."""


class ProcsemError(Exception):
    """Base class of every error that a user can cause or must hear about.

    The message says what is wrong, where, and what to do: one line per fault. The front ends catch this class and print
    the message; any other exception is a bug of procsem and ends in a traceback.
    """
