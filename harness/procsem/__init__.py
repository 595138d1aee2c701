"""Test statements about processes and multiprocessing on this machine, and find what breaks a program that uses them.

The name is short for "process semantics".
"""

__version__ = "0.1.0"
