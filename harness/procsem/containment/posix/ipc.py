"""Messages between a sandbox and its supervisor: pickled values, each after its length.

Both ends run the same code as the same user, and no task inherits either pipe, so unpickling is safe.
"""

from __future__ import annotations

import os
import pickle
import struct
from collections.abc import Iterator

_LENGTH = struct.Struct("!I")
_CHUNK = 1 << 16


def send(fd: int, value: object) -> None:
    """Write one message completely. Raises :class:`BrokenPipeError` if the reader is gone."""
    data = pickle.dumps(value)
    message = memoryview(_LENGTH.pack(len(data)) + data)
    while message:
        message = message[os.write(fd, message) :]


class Reader:
    """Reassembles messages that arrive in pieces."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._buffer = bytearray()

    def read(self) -> bool:
        """Read what has arrived, or wait until something arrives. Return False if the other end is closed."""
        data = os.read(self.fd, _CHUNK)
        self._buffer += data
        return bool(data)

    def messages(self) -> Iterator[object]:
        """Yield the messages that are complete, each once."""
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                return
            data = bytes(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            yield pickle.loads(data)
