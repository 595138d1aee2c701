"""Causes that `procsem explain` knows by their claims, and that no rule of the check finds yet.

When a rule finds one of them, its cause moves to the module of its family.
"""

from __future__ import annotations

from procsem.check.rules.registry import Cause

NO_RULE: tuple[Cause, ...] = ()
