"""Output, messages and leaks, each tested on its own."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path

import pytest

from procsem.containment.contract import OutputKeeper
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
