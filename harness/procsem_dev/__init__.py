"""Tools for developing procsem itself: mutants, a stress test, and the sample result files. Not in the wheel."""
