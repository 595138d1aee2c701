"""Views of runs: the same model for a terminal, for other programs, for a page. Views print nothing."""
