"""Questions to the operating system, about processes, CPUs and memory: one module per subject, for every system."""
