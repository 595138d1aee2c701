"""The settings of Hypothesis that the command line chooses are used for every reader."""

import runpy
from pathlib import Path

from hypothesis import settings


def test_a_second_execution_of_the_conftest_keeps_the_chosen_settings():
    before = settings.get_current_profile_name()
    settings.load_profile("search")
    try:
        runpy.run_path(str(Path(__file__).with_name("conftest.py")))
        assert settings.get_current_profile_name() == "search"
    finally:
        settings.load_profile(before)
