"""Views of runs: the same model as a terminal shows it, as Markdown, as a page. Views return text; they print nothing."""
