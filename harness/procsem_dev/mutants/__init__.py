"""Interpreters with one rule of the standard library broken, to test the probes: see README.md in this folder."""

from procsem_dev.mutants.definitions import Edit, Mutant, MutantError, load
from procsem_dev.mutants.tree import Tree, TreeError, build

__all__ = ["Edit", "Mutant", "MutantError", "Tree", "TreeError", "build", "load"]
