"""Run the claims repeatedly on a machine that is kept busy."""
