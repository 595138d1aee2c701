"""Tests of the containment: one suite for the contract, run over each mechanism that this system has."""
