"""The timeline of a process tree: what it shows, and what it must not invent."""

from procsem.model import SUPERVISOR, Event, EventKind
from procsem.views.html.matrix.timeline import MOST_STEPS, build_timeline, describe


def sentences(timeline):
    return [(step.tag, step.subject + step.says) for step in timeline.steps]


def states(timeline, name):
    """The states of one lane, step by step."""
    lane = [lane.name for lane in timeline.lanes].index(name)
    return "".join(step.states[lane] for step in timeline.steps)


FAMILY = (
    Event(0.1, "child", "started", 2, other="parent"),
    Event(0.2, "parent", "started", 1, other="probe"),
)


def test_a_parent_comes_before_its_child_even_if_it_checked_in_later():
    timeline = build_timeline(FAMILY)
    assert sentences(timeline)[:2] == [
        ("started", "parent starts, a child of probe."),
        ("started", "child starts, a child of parent."),
    ]
    assert [step.at for step in timeline.steps][:2] == [0.1, 0.1], "it was there when its child checked in"
    assert [lane.name for lane in timeline.lanes] == ["probe", "parent", "child"]


def test_a_zombie_stays_one_until_it_is_reaped():
    timeline = build_timeline(
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
    assert sentences(timeline)[2:] == [
        ("zombie", "child has ended and is a zombie of parent."),
        ("reaped", "child is reaped and no longer a zombie."),
        ("reaped", "parent has ended and is already reaped."),
    ]
    assert [bool(step.explanation) for step in timeline.steps] == [False, False, True, True, False], (
        "explained once each"
    )


def test_a_process_is_not_called_a_zombie_unless_it_was_seen_as_one():
    timeline = build_timeline([*FAMILY, Event(0.3, "child", "ended", 2), Event(0.3, "parent", "ended", 1)])
    assert "z" not in states(timeline, "child")
    assert states(timeline, "child") == ".rxx"


def test_an_adopted_process_is_an_orphan_and_the_link_comes_from_the_new_parent():
    timeline = build_timeline(
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
    assert timeline.lanes[0].name == "outside", "the adopter is the first lane"
    assert timeline.steps[-1].says == "The record ends here: no end of child was seen."


def test_a_child_that_is_seen_after_the_end_of_its_parent_is_not_called_an_orphan():
    """The probe looks at the parent first, and sees only afterwards that the child had ended before."""
    ends = [Event(0.3, "parent", "ended", 1), Event(0.31, "child", "ended", 2), Event(0.31, "child", "reaped", 2)]
    assert "orphan" not in {step.tag for step in build_timeline([*FAMILY, *ends]).steps}


def test_an_adoption_that_only_the_watcher_saw_is_shown():
    watcher = [Event(5.0, "python", "adopted", 2, other=SUPERVISOR)]
    timeline = build_timeline([*FAMILY, Event(0.3, "parent", "ended", 1), Event(0.5, "child", "ended", 2)], watcher)
    assert ("orphan", "child is adopted: its parent is now the supervisor, because parent has ended.") in sentences(
        timeline
    )
    assert states(timeline, "child") == ".rrox"


def test_adoptions_of_other_processes_that_the_watcher_saw_are_not_shown():
    watcher = [Event(5.0, "python", "adopted", 3, other=SUPERVISOR), Event(5.0, "x", "adopted", None, other=9)]
    timeline = build_timeline([*FAMILY, Event(0.3, "parent", "ended", 1)], watcher)
    assert "orphan" not in {step.tag for step in timeline.steps}


def test_a_signal_has_a_link_from_its_sender():
    timeline = build_timeline([*FAMILY, Event(0.3, "child", "signalled", 2, "terminate()", other="parent")])
    signal = timeline.steps[2]
    assert [(timeline.lanes[link.source].name, link.kind) for link in signal.links] == [("parent", "signal")]


def test_a_fork_server_that_is_only_mentioned_has_a_lane():
    timeline = build_timeline([Event(0.1, "child", "started", 2, other="probe's server")])
    assert [(lane.name, lane.about) for lane in timeline.lanes] == [("probe's server", "fork server"), ("child", "")]
    assert timeline.steps[0].states == "rr"


def test_the_probes_own_words_are_shown_unchanged():
    timeline = build_timeline(
        [*FAMILY, Event(0.3, "probe", "looks", None, "after terminate"), Event(0.4, "a line", "printed")]
    )
    assert sentences(timeline)[2:4] == [("note", "probe: looks, after terminate."), ("note", "a line: printed.")]
    assert "a line" not in [lane.name for lane in timeline.lanes]


def test_two_processes_of_one_name_are_two_lanes():
    timeline = build_timeline(
        [Event(0.1, "worker", "started", 1, other="probe"), Event(0.2, "worker", "started", 2, other="probe")]
    )
    assert [(lane.name, lane.pid) for lane in timeline.lanes] == [("probe", None), ("worker", 1), ("worker", 2)]


def test_a_timeline_with_too_many_steps_is_cut():
    timeline = build_timeline([Event(n / 1000, f"p{n}", "started", n, other="probe") for n in range(1, 401)])
    assert len(timeline.steps) == MOST_STEPS
    assert timeline.left_out == 400 + 1 - MOST_STEPS


def test_a_timeline_without_events_is_empty():
    assert build_timeline([]).steps == build_timeline([]).lanes == ()


def test_a_process_without_another_parent_has_none():
    timeline = build_timeline([*FAMILY, Event(0.3, "parent", "ended", 1), Event(0.4, "child", "parent", 2)])
    assert sentences(timeline)[-2:] == [
        ("note", "child has no parent any more."),
        ("end", "The record ends here: no end of child was seen."),
    ]
    assert [lane.name for lane in timeline.lanes] == ["probe", "parent", "child"]


def test_a_started_process_is_described_with_parent_and_detail():
    timeline = build_timeline([*FAMILY, Event(0.3, "command", "seen", 3, "sleeping", other="child")])
    assert sentences(timeline)[2] == ("seen", "command exists, a child of child: sleeping.")


def test_a_word_of_the_probe_may_name_another_process():
    timeline = build_timeline([*FAMILY, Event(0.3, "child", "joined", 2, "at last", other="parent")])
    assert sentences(timeline)[2] == ("note", "child: joined by parent, at last.")


def test_adoption_by_a_process_of_the_timeline_is_shown_by_its_name():
    watcher = [Event(5.0, "python", "adopted", 2, other=7)]
    events = [Event(0.05, "init", "started", 7), *FAMILY, Event(0.3, "parent", "ended", 1)]
    assert ("orphan", "child is adopted: its parent is now init, because parent has ended.") in sentences(
        build_timeline(events, watcher)
    )


def test_older_files_show_their_detail():
    """Files written before ``other`` existed name the other process in the detail only."""
    old = [
        Event(0.1, "child", "started", 2, "parent parent"),
        Event(0.2, "child", "signalled", 2, "terminate() by parent"),
        Event(0.3, "child", "parent", 2, "from parent to outside"),
    ]
    assert sentences(build_timeline(old, [Event(5.0, "python", "adopted", 2, "by the containment")]))[:3] == [
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
