"""Values over a pipe: how a sandbox and its supervisor talk. Each frame is a length and a pickled value.

Both ends are processes of the same user and the same code, and no task inherits either pipe.
"""

from __future__ import annotations

import os
import pickle
import struct
from collections.abc import Iterator

_LENGTH = struct.Struct("!I")
_CHUNK = 1 << 16


def send(fd: int, value: object) -> None:
    """Write one frame, all of it. Raises :class:`BrokenPipeError` when nobody reads any more."""
    data = pickle.dumps(value)
    frame = memoryview(_LENGTH.pack(len(data)) + data)
    while frame:
        frame = frame[os.write(fd, frame) :]


class Reader:
    """Puts the frames together that arrive in pieces."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._buffer = bytearray()

    def read(self) -> bool:
        """Take what has arrived, waiting for something if nothing has. False: the other end is closed."""
        data = os.read(self.fd, _CHUNK)
        self._buffer += data
        return bool(data)

    def frames(self) -> Iterator[object]:
        """The values that have arrived whole, each once."""
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                return
            data = bytes(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            yield pickle.loads(data)
