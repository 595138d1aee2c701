"""Causes in pools."""
