"""What creating a process costs: measure it, read stored measurements, compare them."""
