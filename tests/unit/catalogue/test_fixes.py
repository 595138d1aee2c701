"""Where a claim says that users' programs break, it has a fix or says why there is none."""

import ast
import multiprocessing
import sys

from procsem.catalogue import BUILT_IN
from procsem.model import Effect
from tests.catalogue import CLAIMS

sys.path.insert(0, str(BUILT_IN))
import _kit


def test_every_claim_that_breaks_programs_has_a_remedy_or_says_why_there_is_none():
    without = [claim.id for claim in CLAIMS if breaks_somewhere(claim) and not claim.remedies and not claim.no_remedy]
    assert not without, "add [NAME.remedies.REMEDY] or no_remedy to these claims"


def breaks_somewhere(claim):
    return any(claim.effect_of_rule(rule) is Effect.BREAKS for rule in claim.expectations)


REMEDIES = [(f"{claim.id} {remedy.name}", remedy.code) for claim in CLAIMS for remedy in claim.remedies]
KIT = {"arm", *_kit.__all__}


def free_names(code):
    """Return the names in a piece of code that the code itself does not bind."""
    nodes = list(ast.walk(ast.parse(code)))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    bound |= {(node.asname or node.name).partition(".")[0] for node in nodes if isinstance(node, ast.alias)}
    return names - bound


def test_no_fix_uses_the_kit_of_the_probes_which_no_user_has():
    found = {name: free_names(code) & KIT for name, code in REMEDIES}
    assert {name: names for name, names in found.items() if names} == {}


def test_every_module_and_every_part_of_multiprocessing_that_a_fix_uses_is_imported_in_it():
    known = {*multiprocessing.__all__, "multiprocessing", "os", "sys", "subprocess", "threading", "signal"}
    found = {name: free_names(code) & (known - {"process"}) for name, code in REMEDIES}
    assert {name: names for name, names in found.items() if names} == {}


def test_every_fix_compiles_without_the_function_of_the_probe_around_it():
    for name, code in REMEDIES:
        compile(code, name, "exec")  # raises SyntaxError at a return or a nonlocal of that function
