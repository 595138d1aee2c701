"""The regions of this process's memory and how they are shared, from /proc/self/smaps of Linux (proc_pid_smaps(5))."""

from collections import namedtuple

Region = namedtuple("Region", "start end permissions path resident proportional unique")
"""Addresses; the four letters of the permissions; the mapped file or an empty text; and in bytes the part that is in
memory, this process's proportional share of that part, and the part that no other process has mapped."""


def regions():
    """Return every region of this process, in the order of their addresses."""
    found, sizes = [], {}
    with open("/proc/self/smaps", encoding="utf-8", errors="surrogateescape") as file:
        for line in file:
            word, _, rest = line.partition(" ")
            if not word.endswith(":"):  # the first line of a region begins with its addresses
                sizes = {}
                found.append((line, sizes))
            elif rest.endswith(" kB\n"):
                sizes[word[:-1]] = int(rest.split()[0]) * 1024
    return [_region(head, sizes) for head, sizes in found]


def region_at(address):
    """Return the region that contains this address. Raises LookupError."""
    for region in regions():
        if region.start <= address < region.end:
            return region
    raise LookupError(f"nothing is mapped at {address:#x}")


def _region(head, sizes):
    addresses, permissions, _, _, _, *path = head.rstrip("\n").split(None, 5)
    start, end = (int(address, 16) for address in addresses.split("-"))
    unique = sizes["Private_Clean"] + sizes["Private_Dirty"]
    return Region(start, end, permissions, path[0] if path else "", sizes["Rss"], sizes["Pss"], unique)
