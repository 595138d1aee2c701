"""Causes in primitives."""
