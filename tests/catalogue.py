"""The catalogue of this project, read once for all tests of a process."""

from procsem.catalogue import BUILT_IN, load
from procsem.environment import CONDITIONS

CATALOGUE = load(BUILT_IN, CONDITIONS)
CLAIMS = CATALOGUE.claims
