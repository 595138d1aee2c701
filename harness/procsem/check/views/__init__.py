"""The views of a diagnosis, one module per form. Each takes a Diagnosis and returns text; only the command prints."""
