"""Run claims while the harness itself is disturbed: no verdict may be false, and nothing may be left behind."""
