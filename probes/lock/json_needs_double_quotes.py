"""The same entry in a file, once with single and once with double quotes: json reads only the second."""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import main


def read_file(arm, text):
    path = os.path.join(arm.folder(), "db")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    try:
        with open(path, encoding="utf-8") as file:
            arm.record(count=json.load(file)["count"], error="none")
    except ValueError as error:
        arm.record(count=None, error=type(error).__name__)


def single_quotes(arm):
    read_file(arm, "{'count': 1}")


def as_python_shows_it(arm):
    read_file(arm, str({"count": 1}))


def double_quotes(arm):
    read_file(arm, '{"count": 1}')


def as_json_writes_it(arm):
    read_file(arm, json.dumps({"count": 1}))


if __name__ == "__main__":
    main(single_quotes, as_python_shows_it, double_quotes, as_json_writes_it)
