"""The base class of the errors that procsem raises, and what the system's own errors mean."""

import errno

NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
"""The numbers of errors that say that a disk, or a user's share of it, is full."""


class ProcsemError(Exception):
    """Base class of every error that a user can cause or must hear about.

    The message says what is wrong, where, and what to do: one line per fault. The front ends catch this class and print
    the message; any other exception is a bug of procsem and ends in a traceback.
    """
