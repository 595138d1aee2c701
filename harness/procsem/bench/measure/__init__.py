"""Measure what creating a process costs.

`groups` lists the benchmarks, `batches` runs them in turn, each in a minimal parent of its own (`parents`, and the
scripts in `minimal`). `checks` and `claims` judge the measurements, and `session` brings all of it together.
"""
