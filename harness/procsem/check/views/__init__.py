"""A diagnosis in words: one module per form. ``html`` is imported only when it is needed, as it loads templates."""

from procsem.check.views import annotations, markdown, sarif, terminal

__all__ = ["annotations", "markdown", "sarif", "terminal"]
