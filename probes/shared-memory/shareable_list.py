"""A ShareableList is passed to a child, and its items get longer texts."""

import os
import sys
from multiprocessing import Process
from multiprocessing.shared_memory import ShareableList

sys.path.insert(0, os.path.dirname(os.path.dirname(__file__)))
from _kit import check_in, main, symptoms


def change(address, items):
    items[0] = 7
    check_in(address, "child").serve()
    if isinstance(items, ShareableList):
        items.shm.close()


def shared_list(arm):
    items = ShareableList([0, "text"])
    pass_to_child(arm, items)
    end(items)


def ordinary_list(arm):
    pass_to_child(arm, [0, "text"])


def pass_to_child(arm, items):
    process = Process(target=change, args=(arm.address, items))
    process.start()
    child = arm.expect("child")
    arm.record(after_childs_change=items[0])
    child.leave()
    process.join()


def longer_text(arm):
    items = ShareableList(["text", 0])
    assign(arm, items, "a longer text")


def text_that_fits(arm):
    items = ShareableList(["text", 0])
    assign(arm, items, "word")


def reserve_room(arm):
    # --8<-- [start:reserve-room]
    items = ShareableList([" " * 100, 0])  # room for texts of 100 bytes
    items[0] = "a longer text"
    # --8<-- [end:reserve-room]
    arm.record(error="none", item=items[0])
    end(items)


def assign(arm, items, text):
    try:
        items[0] = text
        arm.record(error="none")
    except ValueError as error:
        arm.record(error=type(error).__name__)
        arm.symptom(**symptoms.raised(error, "parent"))
    arm.record(item=items[0])
    end(items)


def ends_with_nulls(arm):
    items = ShareableList([b"ab\0\0"])
    arm.record(item=list(items[0]))
    end(items)


def ends_without_nulls(arm):
    items = ShareableList([b"ab\0\1"])
    arm.record(item=list(items[0]))
    end(items)


def mark_the_end(arm):
    # --8<-- [start:mark-the-end]
    items = ShareableList([b"ab\0\0" + b"."])  # a last byte that is not null
    data = items[0][:-1]
    # --8<-- [end:mark-the-end]
    arm.record(item=list(data))
    end(items)


def text_beyond_ascii(arm):
    read(arm, ShareableList(["äöü" * 6]))


def ascii_text(arm):
    read(arm, ShareableList(["aou" * 6]))


def read(arm, items):
    try:
        arm.record(letters=len(items[0]))
    except UnicodeDecodeError as error:
        arm.record(letters="UnicodeDecodeError")
        arm.symptom(**symptoms.raised(error, "parent"))
    end(items)


def store_bytes(arm):
    # --8<-- [start:store-bytes]
    items = ShareableList([("äöü" * 6).encode()])
    text = items[0].decode()
    # --8<-- [end:store-bytes]
    arm.record(letters=len(text))
    end(items)


def end(items):
    items.shm.close()
    items.shm.unlink()


if __name__ == "__main__":
    main(
        shared_list,
        ordinary_list,
        longer_text,
        text_that_fits,
        reserve_room,
        ends_with_nulls,
        ends_without_nulls,
        mark_the_end,
        text_beyond_ascii,
        ascii_text,
        store_bytes,
    )
