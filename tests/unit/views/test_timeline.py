"""What a timeline is made to tell, and what it is not."""

from procsem.model import SUPERVISOR, Event, EventKind
from procsem.views.html.matrix.timeline import MOST_STEPS, describe, tell


def told(timeline):
    return [(step.tag, step.says) for step in timeline.steps]


def states(timeline, name):
    """What one lane shows, step by step."""
    lane = [lane.name for lane in timeline.lanes].index(name)
    return "".join(step.states[lane] for step in timeline.steps)


FAMILY = (
    Event(0.1, "child", "started", 2, other="parent"),
    Event(0.2, "parent", "started", 1, other="probe"),
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
            Event(0.4, "child", "parent", 2, other="outside"),
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
    watcher = [Event(5.0, "python", "adopted", 2, other=SUPERVISOR)]
    timeline = tell([*FAMILY, Event(0.3, "parent", "ended", 1), Event(0.5, "child", "ended", 2)], watcher)
    assert ("orphan", "child is adopted: its parent is the supervisor now, as parent has ended.") in told(timeline)
    assert states(timeline, "child") == ".rrox"


def test_the_watchers_sighting_of_another_process_is_not_told():
    watcher = [Event(5.0, "python", "adopted", 3, other=SUPERVISOR), Event(5.0, "x", "adopted", None, other=9)]
    timeline = tell([*FAMILY, Event(0.3, "parent", "ended", 1)], watcher)
    assert "orphan" not in {step.tag for step in timeline.steps}


def test_a_signal_comes_from_who_sent_it():
    timeline = tell([*FAMILY, Event(0.3, "child", "signalled", 2, "terminate()", other="parent")])
    signal = timeline.steps[2]
    assert [(timeline.lanes[link.source].name, link.kind) for link in signal.links] == [("parent", "signal")]


def test_a_fork_server_that_is_only_spoken_of_has_a_lane():
    timeline = tell([Event(0.1, "child", "started", 2, other="probe's server")])
    assert [(lane.name, lane.about) for lane in timeline.lanes] == [("probe's server", "fork server"), ("child", "")]
    assert timeline.steps[0].states == "rr"


def test_words_of_a_probes_own_are_told_as_they_are():
    timeline = tell([*FAMILY, Event(0.3, "probe", "looks", None, "after terminate"), Event(0.4, "a line", "printed")])
    assert told(timeline)[2:4] == [("note", "probe: looks, after terminate."), ("note", "a line: printed.")]
    assert "a line" not in [lane.name for lane in timeline.lanes]


def test_two_processes_of_one_name_are_two_lanes():
    timeline = tell(
        [Event(0.1, "worker", "started", 1, other="probe"), Event(0.2, "worker", "started", 2, other="probe")]
    )
    assert [(lane.name, lane.pid) for lane in timeline.lanes] == [("probe", None), ("worker", 1), ("worker", 2)]


def test_a_timeline_that_floods_is_cut():
    timeline = tell([Event(n / 1000, f"p{n}", "started", n, other="probe") for n in range(1, 401)])
    assert len(timeline.steps) == MOST_STEPS
    assert timeline.left_out == 400 + 1 - MOST_STEPS


def test_no_timeline_is_no_story():
    assert tell([]).steps == tell([]).lanes == ()


def test_a_process_without_another_parent_has_none():
    timeline = tell([*FAMILY, Event(0.3, "parent", "ended", 1), Event(0.4, "child", "parent", 2)])
    assert told(timeline)[-2:] == [
        ("note", "child has no parent any more."),
        ("end", "Here the record ends: child still runs."),
    ]
    assert [lane.name for lane in timeline.lanes] == ["probe", "parent", "child"]


def test_a_started_process_is_described_with_parent_and_detail():
    timeline = tell([*FAMILY, Event(0.3, "command", "seen", 3, "sleeping", other="child")])
    assert told(timeline)[2] == ("seen", "command is there, a child of child: sleeping.")


def test_a_word_of_the_probe_may_name_another_process():
    timeline = tell([*FAMILY, Event(0.3, "child", "joined", 2, "at last", other="parent")])
    assert told(timeline)[2] == ("note", "child: joined by parent, at last.")


def test_adoption_by_a_process_of_the_timeline_is_shown_by_its_name():
    watcher = [Event(5.0, "python", "adopted", 2, other=7)]
    events = [Event(0.05, "init", "started", 7), *FAMILY, Event(0.3, "parent", "ended", 1)]
    assert ("orphan", "child is adopted: its parent is init now, as parent has ended.") in told(tell(events, watcher))


def test_older_files_show_their_detail():
    """Files written before ``other`` existed name the other process in the detail only."""
    old = [
        Event(0.1, "child", "started", 2, "parent parent"),
        Event(0.2, "child", "signalled", 2, "terminate() by parent"),
        Event(0.3, "child", "parent", 2, "from parent to outside"),
    ]
    assert told(tell(old, [Event(5.0, "python", "adopted", 2, "by the containment")]))[:3] == [
        ("started", "child starts: parent parent."),
        ("signal", "child is sent a signal: terminate() by parent."),
        ("note", "child has another parent: from parent to outside."),
    ]


def test_an_event_of_the_containment_in_words():
    assert [
        describe(event)
        for event in (
            Event(0.1, "python", "started", 2, other=SUPERVISOR),
            Event(0.1, "python", "adopted", 2, other=5),
            Event(0.1, "python", "ended", 2, "SIGKILL"),
            Event(0.1, "python", "reaped", 2, "exit code 0", SUPERVISOR),
            Event(0.1, "python", "started", 2, "by process 5"),
        )
    ] == [
        "started by the supervisor",
        "adopted by process 5",
        "ended, SIGKILL",
        "reaped by the supervisor, exit code 0",
        "started, by process 5",
    ]


def test_the_kind_of_an_event_is_a_member_or_a_word_of_the_probe():
    assert Event(0.1, "child", "parent").event is EventKind.REPARENTED
    assert Event(0.1, "child", "looks").event == "looks"
    assert not isinstance(Event(0.1, "child", "looks").event, EventKind)
