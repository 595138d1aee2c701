"""Containment on Windows: one Job object per task."""
