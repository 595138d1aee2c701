"""Interpreters that are wrong on purpose, to test the probes: see README.md beside this file."""

from .entries import Edit, Mutant, MutantError, load
from .tree import Tree, TreeError, build

__all__ = ["Edit", "Mutant", "MutantError", "Tree", "TreeError", "build", "load"]
