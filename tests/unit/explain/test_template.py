"""A message is reduced to what is the same in every program."""

import pytest

from procsem.explain.template import template


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Can't pickle local object 'main.<locals>.<lambda>'",
            "Can't pickle local object 'Shop.run.<locals>.<lambda>'",
        ),
        (
            "Can't pickle local object <function main.<locals>.work at 0x7f98c9d4e2a0>",
            "Can't pickle local object <function f.<locals>.g at 0x1>",
        ),
        (
            "Can't get attribute 'f' on <module '__mp_main__' from '/a/b.py'>",
            "Can't get attribute 'g' on <module '__mp_main__' from '/c/d.py'>",
        ),
        (
            "Can't get attribute 'f' on <module '__main__' (built-in)>",
            "Can't get attribute 'size' on <module '__main__' (<class '_frozen_importlib.BuiltinImporter'>)>",
        ),
        (
            "Can't pickle <function work at 0x1>: it's not the same object as __main__.work",
            "Can't pickle <function f at 0x2>: it's not the same object as shop.cart.f",
        ),
        ("This process (pid=12) is multi-threaded", "This process (pid=34567) is multi-threaded"),
        ("cannot open /tmp/pymp-1/listener-2", "cannot open /var/tmp/pymp-x/listener-y"),
        ("Queue objects should only\nwhen serializing tuple item 3", "Queue objects should only"),
        ("'P' object has no attribute '_closed'. Did you mean: 'close'?", "'Shop' object has no attribute '_closed'"),
        ("'P' object has no attribute '_a'. Did you mean '.b' instead of '._a'?", "'P' object has no attribute '_a'"),
        ("work() takes 1 positional argument but 2 were given", "A.f() takes 2 positional arguments but 1 was given"),
        (
            "work() missing 1 required positional argument: 'b'",
            "f() missing 2 required keyword-only arguments: 'c' and 'd'",
        ),
        ("Queue objects should only be shared between", "SynchronizedArray objects should only be shared between"),
    ],
)
def test_what_differs_from_program_to_program_is_removed(one, other):
    assert template(one) == template(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Can't pickle local object 'f.<locals>.<lambda>'", "Can't pickle local object 'f'"),
        (
            "Can't get attribute 'f' on <module '__main__' (built-in)>",
            "Can't get attribute 'f' on <module '__mp_main__'>",
        ),
        ("[Errno 2] No such file or directory", "[Errno 111] Connection refused"),
        ("Queue objects should only", "Lock objects should only"),
    ],
)
def test_what_says_something_about_the_cause_is_kept(one, other):
    assert template(one) != template(other)
