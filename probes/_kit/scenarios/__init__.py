"""Situations that several probes need."""
