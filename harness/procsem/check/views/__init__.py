"""A diagnosis in words: one module per form."""

from procsem.check.views import annotations, markdown, sarif, terminal

__all__ = ["annotations", "markdown", "sarif", "terminal"]
