"""What a timeline is made to tell, and what it is not."""

from procsem.model import Event
from procsem.views.html.matrix.timeline import MOST_STEPS, tell


def told(timeline):
    return [(step.tag, step.says) for step in timeline.steps]


def states(timeline, name):
    """What one lane shows, step by step."""
    lane = [lane.name for lane in timeline.lanes].index(name)
    return "".join(step.states[lane] for step in timeline.steps)


FAMILY = (
    Event(0.1, "child", "started", 2, "parent parent"),
    Event(0.2, "parent", "started", 1, "parent probe"),
)


def test_a_parent_stands_before_its_child_though_it_checked_in_later():
    timeline = tell(FAMILY)
    assert told(timeline)[:2] == [
        ("started", "parent starts, a child of probe."),
        ("started", "child starts, a child of parent."),
    ]
    assert [step.at for step in timeline.steps][:2] == [0.1, 0.1], "it was there when its child checked in"
    assert [lane.name for lane in timeline.lanes] == ["probe", "parent", "child"]


def test_a_zombie_is_one_until_it_is_reaped():
    timeline = tell(
        [
            *FAMILY,
            Event(0.3, "child", "state", 2, "zombie"),
            Event(0.3, "child", "ended", 2),
            Event(0.9, "child", "reaped", 2),
            Event(1.0, "parent", "ended", 1),
            Event(1.0, "parent", "reaped", 1),
        ]
    )
    assert states(timeline, "child") == ".rz.."
    assert told(timeline)[2:] == [
        ("zombie", "child has ended and is a zombie of parent."),
        ("reaped", "child is a zombie no longer: reaped."),
        ("reaped", "parent has ended and is reaped already."),
    ]
    assert [bool(step.aside) for step in timeline.steps] == [False, False, True, True, False], "explained once each"


def test_an_end_that_is_not_seen_as_a_zombie_is_not_called_one():
    timeline = tell([*FAMILY, Event(0.3, "child", "ended", 2), Event(0.3, "parent", "ended", 1)])
    assert "z" not in states(timeline, "child")
    assert states(timeline, "child") == ".rxx"


def test_who_is_adopted_is_an_orphan_and_the_link_comes_from_the_new_parent():
    timeline = tell(
        [
            *FAMILY,
            Event(0.3, "parent", "ended", 1),
            Event(0.3, "parent", "reaped", 1),
            Event(0.4, "child", "parent", 2, "from parent to outside"),
        ]
    )
    assert states(timeline, "child") == ".rroo"
    adoption = timeline.steps[3]
    assert (adoption.tag, adoption.at) == ("orphan", 0.4)
    assert [timeline.lanes[adoption.links[0].source].name, timeline.lanes[adoption.links[0].target].name] == [
        "outside",
        "child",
    ]
    assert timeline.lanes[0].name == "outside", "who adopts stands first"
    assert timeline.steps[-1].says == "Here the record ends: child still runs."


def test_a_child_seen_after_its_parents_end_is_no_orphan_by_that():
    """The probe looks at the parent first; that the child had ended before it is seen only then."""
    ends = [Event(0.3, "parent", "ended", 1), Event(0.31, "child", "ended", 2), Event(0.31, "child", "reaped", 2)]
    assert "orphan" not in {step.tag for step in tell([*FAMILY, *ends]).steps}


def test_an_adoption_that_only_the_watcher_saw_is_told():
    watcher = [Event(5.0, "python", "adopted", 2, "by the containment")]
    timeline = tell([*FAMILY, Event(0.3, "parent", "ended", 1), Event(0.5, "child", "ended", 2)], watcher)
    assert ("orphan", "child is adopted: its parent is the containment now, as parent has ended.") in told(timeline)
    assert states(timeline, "child") == ".rrox"


def test_the_watchers_sighting_of_another_process_is_not_told():
    watcher = [Event(5.0, "python", "adopted", 3, "by the containment"), Event(5.0, "x", "adopted", None, "by x")]
    timeline = tell([*FAMILY, Event(0.3, "parent", "ended", 1)], watcher)
    assert "orphan" not in {step.tag for step in timeline.steps}


def test_a_signal_comes_from_who_sent_it():
    timeline = tell([*FAMILY, Event(0.3, "child", "signalled", 2, "terminate() by parent")])
    signal = timeline.steps[2]
    assert [(timeline.lanes[link.source].name, link.kind) for link in signal.links] == [("parent", "signal")]


def test_a_fork_server_that_is_only_spoken_of_has_a_lane():
    timeline = tell([Event(0.1, "child", "started", 2, "parent probe's server")])
    assert [(lane.name, lane.about) for lane in timeline.lanes] == [("probe's server", "fork server"), ("child", "")]
    assert timeline.steps[0].states == "rr"


def test_words_of_a_probes_own_are_told_as_they_are():
    timeline = tell([*FAMILY, Event(0.3, "probe", "looks", None, "after terminate"), Event(0.4, "a line", "printed")])
    assert told(timeline)[2:4] == [("note", "probe: looks, after terminate."), ("note", "a line: printed.")]
    assert "a line" not in [lane.name for lane in timeline.lanes]


def test_two_processes_of_one_name_are_two_lanes():
    timeline = tell(
        [Event(0.1, "worker", "started", 1, "parent probe"), Event(0.2, "worker", "started", 2, "parent probe")]
    )
    assert [(lane.name, lane.pid) for lane in timeline.lanes] == [("probe", None), ("worker", 1), ("worker", 2)]


def test_a_timeline_that_floods_is_cut():
    timeline = tell([Event(n / 1000, f"p{n}", "started", n, "parent probe") for n in range(1, 401)])
    assert len(timeline.steps) == MOST_STEPS
    assert timeline.left_out == 400 + 1 - MOST_STEPS


def test_no_timeline_is_no_story():
    assert tell([]).steps == tell([]).lanes == ()
