"""The pictures of the sample: an experiment and its control never look the same without words on what differs."""

from itertools import product
from pathlib import Path

import pytest

from procsem.results import merge
from procsem.views.html.matrix.details import differing_facts, like_controls
from procsem.views.html.matrix.timeline import build_timeline
from tests.catalogue import CLAIMS

SAMPLE = Path(__file__).resolve().parents[3] / "docs" / "sample" / "matrix.json"


@pytest.fixture(scope="module")
def judged():
    """The cells of the sample in which arms reported, each with its claim."""
    claims = {claim.id: claim for claim in CLAIMS}
    cells = [cell for column in merge((SAMPLE,)).matrix.columns for cell in column.run.cells]
    return [(claims[cell.claim], cell) for cell in cells if cell.claim in claims and cell.arms]


def picture(cell, arm):
    """Return the lanes and steps of a timeline, without times and pids."""
    timeline = build_timeline(cell.arms[arm].timeline, cell.watcher)
    steps = [(step.tag, step.subject, step.says, step.lane, step.states, step.links) for step in timeline.steps]
    return [(lane.name, lane.about) for lane in timeline.lanes], steps


def test_equal_pictures_have_different_facts_below_them_or_are_said_to_have_equal_ones(judged):
    without_words, equal = [], 0
    for claim, cell in judged:
        names = differing_facts(claim, cell)
        experiments = [arm for arm in claim.arms if not arm.is_control and arm.name in cell.arms]
        controls = [arm for arm in claim.arms if arm.is_control and arm.name in cell.arms]
        for experiment, control in product(experiments, controls):
            if picture(cell, experiment.name) != picture(cell, control.name):
                continue
            equal += 1
            one, other = cell.arms[experiment.name].facts, cell.arms[control.name].facts
            below = [{name: facts[name] for name in names if name in facts} for facts in (one, other)]
            if below[0] == below[1] and control.name not in like_controls(claim, cell, experiment):
                without_words.append((claim.id, cell.start_method, experiment.name, control.name))
    assert equal > 5000, "pictures were compared"
    assert without_words == []
