"""The claims as data: reads the ``claims.toml`` of each topic, checks all of it, and finds claims by pattern.

A folder of probes holds one folder a topic. In it stand ``claims.toml`` and the probe scripts; a
folder whose name begins with ``_`` is no topic. ``document.toml`` beside the topics, if it is there,
says which document the claims are taken from and in which order its topics come. What the claims are to answer stands
in ``checklist.toml`` (every statement of it), ``listings.toml`` (its programs) and ``beyond.toml``.
"""

from procsem.catalogue.errors import CatalogueError
from procsem.catalogue.loader import BUILT_IN, FILE, Catalogue, load, load_claims, load_topic
from procsem.catalogue.select import UnknownClaimError, select

__all__ = [
    "BUILT_IN",
    "FILE",
    "Catalogue",
    "CatalogueError",
    "UnknownClaimError",
    "load",
    "load_claims",
    "load_topic",
    "select",
]
