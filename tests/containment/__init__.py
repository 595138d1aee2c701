"""Tests of the containment. Those of the contract run once per mechanism that works on this system."""
