"""Build the index of symptoms from recorded runs."""
