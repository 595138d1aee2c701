"""Measure the sample of a merged matrix, and draw the pictures of the README."""
