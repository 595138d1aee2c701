"""Containment on Windows: a Job object."""
