"""Short forms of the addresses that claims cite most.

=====================================  ===============================================
``docs:multiprocessing#the-spawn``     a page of Python's library reference
``docs:using/cmdline``                 any other page of Python's documentation
``docs:/glossary``                     a page that is in no folder
``docs:3.14/whatsnew/changelog``       a page of one version
``cpython:v3.14.0/Lib/os.py``          a file of CPython at a tag
``cpython:issues/126631``              an issue of CPython
``cpython:pull/138609``                a pull request of CPython
``man:wait(2)``                        a manual page of Linux
``posix:functions/fork``               a page of POSIX
``win32:procthread/child-processes``   a page of Windows' reference
=====================================  ===============================================

Each may end with ``#`` and a place on the page.
"""

from __future__ import annotations

import re

from procsem.errors import one_of

PREFIXES = ("docs:", "cpython:", "man:", "posix:", "win32:")

_PAGE = r"[\w.-]+(?:/[\w.-]+)*"
_FORMS = (
    (rf"docs:/({_PAGE})", "https://docs.python.org/3/{0}.html"),
    (rf"docs:(3\.\d+)/([a-z][\w-]*/{_PAGE})", "https://docs.python.org/{0}/{1}.html"),
    (rf"docs:([a-z][\w-]*/{_PAGE})", "https://docs.python.org/3/{0}.html"),
    (r"docs:([\w.-]+)", "https://docs.python.org/3/library/{0}.html"),
    (r"cpython:((?:issues|pull)/\d+)", "https://github.com/python/cpython/{0}"),
    (rf"cpython:(v3\.{_PAGE})", "https://github.com/python/cpython/blob/{0}"),
    (r"man:([\w.+-]+)\((\d)(\w*)\)", "https://man7.org/linux/man-pages/man{1}/{0}.{1}{2}.html"),
    (rf"posix:({_PAGE})", "https://pubs.opengroup.org/onlinepubs/9799919799/{0}.html"),
    (rf"win32:({_PAGE})", "https://learn.microsoft.com/en-us/windows/win32/{0}"),
)


def expand(reference: str) -> str:
    """Return the address that a reference stands for; an address stands for itself.

    Raises ValueError if the reference is neither an address nor one of the short forms.
    """
    if re.fullmatch(r"https?://[^\s/]+\.\S+", reference):
        return reference
    for form, address in _FORMS:
        found = re.fullmatch(rf"{form}(#\S+)?", reference)
        if found:
            *parts, place = found.groups()
            return address.format(*parts) + (place or "")
    if reference.startswith(PREFIXES):
        raise ValueError(f"{reference!r} is not a short form that is known; see {__name__} for all forms")
    prefix = reference.partition(":")[0] + ":"
    hint = one_of(prefix, ("https:", *PREFIXES))
    raise ValueError(f"{reference!r} is neither an address nor a short form of one; {hint}")
