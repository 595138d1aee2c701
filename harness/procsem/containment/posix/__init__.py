"""Containment on POSIX systems: a supervisor process, and one module per way to find the processes of a task."""
