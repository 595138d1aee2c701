"""The cost of creating a process: measure it, read stored measurements, compare them."""
