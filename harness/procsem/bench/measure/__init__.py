"""Measure what creating a process costs."""
