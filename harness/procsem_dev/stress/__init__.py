"""Runs the claims again and again on a machine that is kept busy."""
