"""A file system at /dev/shm that only this process and its later children have, as the processes of a container do.

Each function gives it one state. No other process sees the file system, and it ends with the last process that has it.
Linux only; the fact ``new_mount_namespace`` of the environment says whether it is allowed.
"""

import ctypes
import errno
import mmap
import os
import struct

_PATH = "/dev/shm"
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")

# linux/sched.h and linux/mount.h
_CLONE_NEWNS, _CLONE_NEWUSER = 0x20000, 0x10000000
_MS_RDONLY, _MS_BIND, _MS_REC, _MS_PRIVATE = 0x1, 0x1000, 0x4000, 0x40000

_CAPABILITY_VERSION_3 = 0x20080522  # linux/capability.h


def with_room(pages):
    """Have room for a number of memory pages."""
    _enter()
    _mount(b"tmpfs", _PATH, b"tmpfs", 0, f"size={pages * mmap.PAGESIZE}".encode())


def full():
    """Have no room: another file has taken all of it."""
    with_room(1)
    descriptor = os.open(f"{_PATH}/file", os.O_WRONLY | os.O_CREAT)
    os.posix_fallocate(descriptor, 0, mmap.PAGESIZE)
    os.close(descriptor)


def read_only():
    """Have a file system that is mounted read-only."""
    _enter()
    _mount(b"tmpfs", _PATH, b"tmpfs", _MS_RDONLY)


def denied():
    """Have a folder in which this process may not create files; root gives up its privileges for this."""
    _enter()
    _mount(b"tmpfs", _PATH, b"tmpfs", 0, b"mode=555")
    _call("capset", struct.pack("Ii", _CAPABILITY_VERSION_3, 0), bytes(24))


def absent():
    """Have no /dev/shm: /dev is another folder, in which there are only the devices that programs need."""
    _enter()
    devices = {name: os.open(name, os.O_RDONLY) for name in _DEVICES}
    _mount(b"tmpfs", "/dev", b"tmpfs")
    for name, descriptor in devices.items():
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT))
        _mount(f"/proc/self/fd/{descriptor}".encode(), name, None, _MS_BIND)
        os.close(descriptor)


def _enter():
    """Enter a mount namespace. Without root this needs a user namespace too, in which the process keeps its ids."""
    user, group = os.geteuid(), os.getegid()
    _call("unshare", _CLONE_NEWNS | (_CLONE_NEWUSER if user else 0))
    if user:
        maps = {"setgroups": "deny", "uid_map": f"{user} {user} 1", "gid_map": f"{group} {group} 1"}
        for name, text in maps.items():
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)


def _mount(source, path, kind, flags=0, options=None):
    _call("mount", source, path.encode(), kind, ctypes.c_ulong(flags), options)


def _call(name, *arguments):
    if ctypes.CDLL(None, use_errno=True)[name](*arguments):
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {errno.errorcode.get(code)}")
