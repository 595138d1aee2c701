"""Interpreters that are wrong on purpose, to test the probes: see README.md beside this file."""

from procsem_dev.mutants.entries import Edit, Mutant, MutantError, load
from procsem_dev.mutants.tree import Tree, TreeError, build

__all__ = ["Edit", "Mutant", "MutantError", "Tree", "TreeError", "build", "load"]
