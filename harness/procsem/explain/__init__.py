"""Explain an error text: from what a user pasted to causes and fixes."""
