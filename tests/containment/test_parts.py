"""The containment's parts, each by itself."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path

import pytest

from procsem.containment.contract import OutputKeeper
from procsem.containment.posix.ipc import Reader, send
from procsem.runner import leaks as leftovers


@pytest.mark.parametrize("limit", [0, 1, 5, 10, 11, 100])
@pytest.mark.parametrize("piece", [1, 3, 100])
def test_output_keeps_both_ends(limit: int, piece: int) -> None:
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


def test_frames_arrive_in_pieces() -> None:
    source, sink = os.pipe()
    reader = Reader(source)
    whole = len(pickle.dumps("word")) + 4
    send(sink, "word")
    send(sink, ["more"])
    data = os.read(source, 1 << 16)
    arrived = []
    for byte in (data[i : i + 1] for i in range(len(data))):
        os.write(sink, byte)
        assert reader.read()
        arrived.append(list(reader.frames()))
    assert arrived[whole - 1] == ["word"]
    assert arrived[-1] == [["more"]]
    assert sum(map(len, arrived)) == 2
    os.close(sink)
    assert not reader.read()
    os.close(source)


def test_leftovers_want_a_token_that_tells(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too short"):
        leftovers.find("a", tmp_path)


def test_leftovers_are_removed_with_what_is_in_them(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    (outside / "another's").touch()
    (folder / "deep" / "deeper").mkdir(parents=True)
    (folder / "deep" / "deeper" / "file").touch()
    if sys.platform != "win32":  # There it takes a privilege.
        (folder / "link").symlink_to(outside, target_is_directory=True)
    leftovers.remove(leftovers.find("abcdef123456", folder))
    assert list(folder.iterdir()) == []
    assert (outside / "another's").exists(), "A link is removed, and not what it leads to."
