"""Output, messages and leaks, each tested on its own."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path

import pytest

from procsem.containment import Progress, Task
from procsem.containment.contract import Deadline, OutputKeeper
from procsem.containment.posix.ipc import Reader, send
from procsem.runner import leaks


@pytest.mark.parametrize("limit", [0, 1, 5, 10, 11, 100])
@pytest.mark.parametrize("piece", [1, 3, 100])
def test_output_keeper_keeps_both_ends(limit: int, piece: int) -> None:
    stream = bytes(range(1, 12))
    keeper = OutputKeeper(limit)
    for start in range(0, len(stream), piece):
        keeper.feed(stream[start : start + piece])
    assert keeper.dropped == max(0, len(stream) - limit)
    if len(stream) <= limit:
        assert keeper.kept() == stream
    else:
        assert bytes(keeper.head) == stream[: limit // 2]
        assert bytes(keeper.tail) == stream[len(stream) - (limit - limit // 2) :]
        assert f"{keeper.dropped} bytes" in keeper.kept().decode()


def test_messages_that_arrive_in_pieces_are_reassembled() -> None:
    read_end, write_end = os.pipe()
    reader = Reader(read_end)
    whole = len(pickle.dumps("word")) + 4
    send(write_end, "word")
    send(write_end, ["more"])
    data = os.read(read_end, 1 << 16)
    arrived = []
    for byte in (data[i : i + 1] for i in range(len(data))):
        os.write(write_end, byte)
        assert reader.read()
        arrived.append(list(reader.messages()))
    assert arrived[whole - 1] == ["word"]
    assert arrived[-1] == [["more"]]
    assert sum(map(len, arrived)) == 2
    os.close(write_end)
    assert not reader.read()
    os.close(read_end)


def test_each_step_moves_the_deadline_up_to_the_timeout_of_the_task(tmp_path: Path) -> None:
    file = tmp_path / "progress"
    task = Task((), "", {}, "abcdef", timeout=25.0, progress=Progress(str(file), 10.0))
    deadline = Deadline(task, 100.0)
    assert deadline.update(109.0) == 110.0
    for now, end in ((109.0, 119.0), (118.0, 125.0)):
        draft = tmp_path / "draft"
        draft.write_text("of one length")
        draft.replace(file)
        assert deadline.update(now) == end
        assert deadline.update(now + 1.0) == end, "no step was done in the meantime"
    assert deadline.cut(119.0).reason == "a step was not done after 10 s"
    assert deadline.cut(125.0).reason == "not done after 25 s"


def test_without_steps_only_the_timeout_of_the_task_counts() -> None:
    deadline = Deadline(Task((), "", {}, "abcdef", timeout=25.0), 100.0)
    assert deadline.update(124.0) == 125.0
    assert deadline.cut(125.0).reason == "not done after 25 s"


def test_a_folder_that_is_missing_shows_no_step(tmp_path: Path) -> None:
    task = Task((), "", {}, "abcdef", progress=Progress(str(tmp_path / "missing" / "progress"), 10.0))
    assert Deadline(task, 100.0).update(105.0) == 110.0


def test_a_short_token_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too short"):
        leaks.find("a", tmp_path)


def test_a_leaked_folder_is_removed_with_its_content(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    (outside / "unrelated").touch()
    (folder / "deep" / "deeper").mkdir(parents=True)
    (folder / "deep" / "deeper" / "file").touch()
    if sys.platform != "win32":  # creating a link needs a privilege there
        (folder / "link").symlink_to(outside, target_is_directory=True)
    leaks.remove(leaks.find("abcdef123456", folder))
    assert list(folder.iterdir()) == []
    assert (outside / "unrelated").exists(), "the link is removed, not its target"
