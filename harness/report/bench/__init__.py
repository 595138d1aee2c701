"""What creating a process costs, told from the JSON that pytest-benchmark keeps; all of it pure."""
