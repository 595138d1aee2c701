"""Systematic mutation: what no claim notices when the interpreter's own process code is wrong.

See README.md in this folder.
"""
