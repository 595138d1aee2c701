"""The base class of the errors that procsem raises, and what the system's own errors mean."""

import errno
from collections.abc import Iterable

NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
"""The numbers of errors that say that a disk, or a user's share of it, is full."""


class ProcsemError(Exception):
    """Base class of every error that a user can cause or must hear about.

    The message says what is wrong, where, and what to do: one line per fault. The front ends catch this class and print
    the message; any other exception is a bug of procsem and ends in a traceback.
    """


def one_of(word: str, known: Iterable[str]) -> str:
    """Return the end of a message about an unknown word: the word that was probably meant, or all known words."""
    import difflib  # here, because most runs meet no unknown word

    known = list(map(str, known))
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known) or 'none'}"
