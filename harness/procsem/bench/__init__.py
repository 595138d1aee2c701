"""What creating a process costs: measure it, read the stored measurements, compare them."""
