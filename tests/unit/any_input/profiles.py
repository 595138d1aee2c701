"""The settings of Hypothesis. A module of its own, because pytest and an import may both execute conftest.py."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "procsem",
    deadline=None,  # the machine may be busy
    max_examples=12,
    derandomize=True,  # a failure is seen by everybody, and not now and then; --hypothesis-profile=search varies
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile("search", settings.get_profile("procsem"), derandomize=False, max_examples=2000)
settings.load_profile("procsem")
