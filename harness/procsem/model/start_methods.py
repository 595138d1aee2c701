"""The start methods of multiprocessing."""

from __future__ import annotations

from typing import Literal, TypeAlias

StartMethod: TypeAlias = Literal["fork", "spawn", "forkserver"]

START_METHODS: tuple[StartMethod, ...] = ("fork", "spawn", "forkserver")
"""All start methods, in the order in which every view lists them."""
