"""Causes in state."""
