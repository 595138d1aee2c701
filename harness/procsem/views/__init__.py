"""Views of runs: words and layout for a terminal, for other programs and for HTML pages. No view prints or writes."""
