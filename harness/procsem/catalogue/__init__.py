"""The claims as data: read and check the ``claims.toml`` of each topic, and find claims by pattern.

A folder of probes contains one folder per topic, with ``claims.toml`` and the probe scripts. Folders whose names begin
with ``_`` are not topics. The optional ``document.toml`` beside the topics describes the document that the claims are
taken from: its sections, and the order of the topics. The statements that the claims must test are in
``checklist.toml`` (the document's statements), ``listings.toml`` (its programs) and ``beyond.toml`` (all others).
"""

from procsem.catalogue.documents import read_document
from procsem.catalogue.errors import CatalogueError, Fault
from procsem.catalogue.loader import BUILT_IN, FILE, Catalogue, check_probes, load, load_claims, load_topic
from procsem.catalogue.select import UnknownClaimError, load_and_select, load_one, select

__all__ = [
    "BUILT_IN",
    "FILE",
    "Catalogue",
    "CatalogueError",
    "Fault",
    "UnknownClaimError",
    "check_probes",
    "load",
    "load_and_select",
    "load_claims",
    "load_one",
    "load_topic",
    "read_document",
    "select",
]
