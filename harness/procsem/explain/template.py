"""Reduce a message to what is the same in every program. Pure."""

from __future__ import annotations

import re

_KEPT = re.compile(r"^(?:__\w+__|NoneType)$")
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^when serializing .*$", re.M), ""),  # 3.14 adds the path to what cannot be pickled
    (re.compile(r"\.? Did you mean\b.*\?$", re.M), ""),  # since 3.10, and in other words since 3.15
    (re.compile(r" at 0x[0-9a-fA-F]+"), ""),
    (re.compile(r"(not found as|not the same object as) \S+"), r"\1 *"),
    (re.compile(r"attribute lookup \S+ on (\S+) failed"), r"attribute lookup * on \1 failed"),
    (re.compile(r"lookup \* on (?!__main__|__mp_main__)\S+ failed"), "lookup * on * failed"),
    (re.compile(r"<module ('[^']*')(?: from '[^']*'| \([^()]*\))?>"), r"<module \1>"),
    (re.compile(r"<(bound method|built-in method|class) ([^\s']+|'[^']*')[^>]*>"), r"<\1 \2>"),
    (re.compile(r"<(?:[\w.]+ )?object>|<[\w.]+ object>"), "<object>"),
    (re.compile(r"<function (?!\S*<)[\w.]+>"), "<function *>"),
    (re.compile(r"(?:[A-Za-z]:)?(?:[/\\][\w.+-]+){2,}[/\\]?"), "*"),
    (re.compile(r"\{'\*'(?:, '\*')+\}"), "{'*'}"),
    (re.compile(r"\d+(?:\.\d+)?"), "#"),
    (re.compile(r"^\S*?(__\w+__)\(\) (takes|missing|got) "), r"\1() \2 "),
    (re.compile(r"^(?!__)\S+\(\) (takes|missing|got) "), r"*() \1 "),
    (re.compile(r"(missing # required) (?:positional|keyword-only) arguments?: .*"), r"\1 argument"),
    (re.compile(r"(takes # positional argument)s? but # (?:was|were) given"), r"\1s but # were given"),
    (re.compile(r"[ \t]+"), " "),
    (re.compile(r"^\w+ objects should only be shared"), "* objects should only be shared"),
)


def template(text: str) -> str:
    """Return the message without names, numbers, addresses and paths of one program.

    Quoted names become ``'*'``, except ``'__main__'`` and the like, and ``'NoneType'``, which say something; of a
    qualified name, ``<locals>`` is kept, else ``<lambda>``. Of a function that was called with the wrong arguments,
    only a special method keeps its name. Two messages with one template are the same message.
    """
    text = re.sub(r"(?<!\w)'([^'\n]*)'|(?<=<function )(\S+)(?= at 0x)", _name, text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _name(match: re.Match[str]) -> str:
    name = match[1] if match[1] is not None else match[2]
    if _KEPT.match(name):
        return match[0]
    kept = next((f"*.{part}" for part in ("<locals>", "<lambda>") if part in name), "*")
    return f"'{kept}'" if match[1] is not None else kept
