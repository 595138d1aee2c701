"""Short forms of addresses."""

import pytest

from procsem.catalogue.references import expand


@pytest.mark.parametrize(
    ("short", "address"),
    [
        ("docs:multiprocessing", "https://docs.python.org/3/library/multiprocessing.html"),
        (
            "docs:multiprocessing#multiprocessing.Process.exitcode",
            "https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process.exitcode",
        ),
        ("docs:concurrent.futures", "https://docs.python.org/3/library/concurrent.futures.html"),
        ("docs:using/cmdline#cmdoption-O", "https://docs.python.org/3/using/cmdline.html#cmdoption-O"),
        ("docs:/glossary#term-gil", "https://docs.python.org/3/glossary.html#term-gil"),
        ("docs:3.14/whatsnew/changelog", "https://docs.python.org/3.14/whatsnew/changelog.html"),
        ("cpython:v3.14.0/Lib/os.py", "https://github.com/python/cpython/blob/v3.14.0/Lib/os.py"),
        ("cpython:v3.14.0/Lib/os.py#L7", "https://github.com/python/cpython/blob/v3.14.0/Lib/os.py#L7"),
        ("cpython:issues/126631", "https://github.com/python/cpython/issues/126631"),
        ("cpython:pull/138609", "https://github.com/python/cpython/pull/138609"),
        ("man:wait(2)", "https://man7.org/linux/man-pages/man2/wait.2.html"),
        (
            "man:PR_SET_CHILD_SUBREAPER(2const)",
            "https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html",
        ),
        ("posix:functions/fork", "https://pubs.opengroup.org/onlinepubs/9799919799/functions/fork.html"),
        ("posix:basedefs/signal.h", "https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/signal.h.html"),
        (
            "win32:procthread/child-processes",
            "https://learn.microsoft.com/en-us/windows/win32/procthread/child-processes",
        ),
        ("https://example.org/a?b#c", "https://example.org/a?b#c"),
    ],
)
def test_a_short_form_stands_for_an_address(short, address):
    assert expand(short) == address


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("", "is neither an address nor a short form of one; known: https:, docs:"),
        ("see the docs", "is neither an address nor a short form of one; known: https:, docs:"),
        ("http://", "is neither an address nor"),
        ("dcos:multiprocessing", "did you mean 'docs:'"),
        ("docs:multi processing", "is not a short form that is known"),
        ("docs:3.14/changelog", "is not a short form that is known"),
        ("cpython:Lib/os.py", "is not a short form that is known"),
        ("man:wait", "is not a short form that is known"),
    ],
)
def test_anything_else_is_a_fault(reference, message):
    with pytest.raises(ValueError, match=message):
        expand(reference)
