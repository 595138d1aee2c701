"""The code that runs inside the processes of the checked program.

The harness never imports it; see ``sitecustomize.py``.
"""
