"""Channels for messages between processes. A round: live producers send messages, and the parent receives all of them.

A message is a number of bytes. What a channel does besides moving the bytes is part of its cost: a queue and a pipe
pickle them, a queue has a thread for sending, a manager is a third process. From a file and from shared memory the
bytes are read into a buffer that the next message overwrites; other channels make an object of each message.
"""

import atexit
import os
from multiprocessing.util import get_temp_dir

from load import UnavailableError
from workers import context, end_with_parent, require_semaphores, start_workers

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sys
    from collections.abc import Callable
    from typing import Any, Protocol

    if sys.platform == "win32":
        from multiprocessing.connection import PipeConnection as Connection
    else:
        from multiprocessing.connection import Connection

    class End(Protocol):
        """The end of a channel that a producer has."""

        def put(self, message: bytes) -> object: ...


MESSAGE = b"m"


def prepare(parameters: "dict[str, str]") -> "tuple[Callable[[], None], Callable[[], None]]":
    """Return a round, and the untimed function that follows it."""
    size, producers = int(parameters["size"]), int(parameters["producers"])
    share = int(parameters["messages"]) // producers
    require_semaphores()
    channel = CHANNELS[parameters["channel"]](size)
    workers = start_workers(producers, _producer, channel.end, size, folder=channel.folder)
    channel.ready()
    get = channel.get

    def once() -> None:
        for worker in workers:
            worker.send(share)
        for _ in range(share * producers):
            get()
        for worker in workers:
            worker.wait()

    # The content is compared in this round only, because comparing it takes time.
    for worker in workers:
        worker.send(share)
    if any(get() != MESSAGE * size for _ in range(share * producers)):
        raise OSError("a message arrived damaged")
    for worker in workers:
        worker.wait()
    channel.after()
    return once, channel.after


def _producer(end: "End", size: int) -> "Callable[[int], None]":
    message = MESSAGE * size
    put = end.put

    def send(count: int) -> None:
        for _ in range(count):
            put(message)

    return send


class Channel:
    """A channel: ``end()`` returns a producer's end, which has ``put(message)``; ``get()`` receives in the parent."""

    folder: "str | None" = None
    """The folder that is left behind if the parent is killed."""
    get: "Callable[[], object]"

    def end(self) -> "Any":
        return self

    def ready(self) -> None:
        """Continue after all producers have got their ends."""

    def after(self) -> None:
        """Clean up after a round, untimed."""


class Queue(Channel):
    """A queue with a thread that writes to its pipe."""

    def __init__(self, size: int) -> None:
        self.queue: Any = context.Queue()
        self.get = self.queue.get

    def end(self) -> "Any":
        return self.queue


class SimpleQueue(Queue):
    """A queue without a thread: put() itself writes to the pipe."""

    def __init__(self, size: int) -> None:
        self.queue = context.SimpleQueue()
        self.get = self.queue.get


class Pipe(Channel):
    """One pipe per producer, because two producers that share a pipe would need a lock."""

    def __init__(self, size: int) -> None:
        from multiprocessing.connection import wait

        self.wait: Any = wait
        self.readers: list[Connection[Any, Any]] = []
        self.writers: list[Connection[Any, Any]] = []
        self.waiting: list[Any] = []
        self.get = self._get_from_any

    def end(self) -> "End":
        reader, writer = context.Pipe(duplex=False)
        self.readers.append(reader)
        self.writers.append(writer)
        return _Writer(writer)

    def ready(self) -> None:
        for writer in self.writers:
            writer.close()
        if len(self.readers) == 1:
            self.get = self.readers[0].recv

    def _get_from_any(self) -> object:
        if not self.waiting:
            self.waiting = self.wait(self.readers)
        return self.waiting.pop().recv()


class _Writer:
    def __init__(self, writer: "Connection[Any, Any]") -> None:
        self.writer = writer

    def put(self, message: bytes) -> None:
        self.writer.send(message)


class Memory(Channel):
    """A ring of slots in shared memory: two semaphores count free slots and messages; producers share a lock."""

    HEAD = 8
    """Bytes at the start of the memory: the number of the slot for the next message."""

    def __init__(self, size: int) -> None:
        try:
            from multiprocessing.shared_memory import SharedMemory
        except ImportError:
            raise UnavailableError("this Python has no shared memory") from None
        self.size, self.slots = size, 64 if size < 10_000 else 4
        self.memory: Any = SharedMemory(create=True, size=self.HEAD + self.slots * size)
        atexit.register(self.memory.unlink)  # if the parent is killed, multiprocessing's resource tracker does it
        self.free, self.messages = context.Semaphore(self.slots), context.Semaphore(0)
        self.lock = context.Lock()
        self.next = 0

    def ready(self) -> None:
        self.message = memoryview(bytearray(self.size))  # assigning to a bytearray would copy once more

    def put(self, message: bytes) -> None:
        self.free.acquire()
        with self.lock:
            slot = int.from_bytes(self.memory.buf[: self.HEAD], "little")
            at = self.HEAD + slot * self.size
            self.memory.buf[at : at + self.size] = message
            self.memory.buf[: self.HEAD] = ((slot + 1) % self.slots).to_bytes(self.HEAD, "little")
        self.messages.release()

    def get(self) -> memoryview:
        self.messages.acquire()
        at = self.HEAD + self.next * self.size
        self.message[:] = self.memory.buf[at : at + self.size]
        self.next = (self.next + 1) % self.slots
        self.free.release()
        return self.message


class ManagerQueue(Queue):
    """A queue in a third process, which each put() and each get() calls."""

    def __init__(self, size: int) -> None:
        from multiprocessing.managers import SyncManager

        self.manager = SyncManager(ctx=context)
        self.manager.start(end_with_parent, (get_temp_dir(),))  # its socket is in that folder
        self.queue = self.manager.Queue()
        self.get = self.queue.get


class File(Channel):
    """A file with a lock: each access opens it by its path, as unrelated programs that share a file would.

    The implementation is as fast as possible. A semaphore counts the messages, so the reader never polls. A message is
    appended, and read where the last one ended, so that no other message is touched. Between rounds the file is
    replaced instead of emptied, because some file systems write an emptied file to the disk. The data therefore stays
    in memory, in the page cache.
    """

    def __init__(self, size: int) -> None:
        self.folder: str = get_temp_dir()  # multiprocessing removes it when the parent exits
        self.path = os.path.join(self.folder, "messages")
        self.size = size
        self.lock, self.messages = context.Lock(), context.Semaphore(0)
        self._create()

    def ready(self) -> None:
        self.message = bytearray(self.size)

    def put(self, message: bytes) -> None:
        with self.lock, open(self.path, "r+b", buffering=0) as file:  # does not create it after the parent's exit
            file.seek(0, os.SEEK_END)
            file.write(message)
        self.messages.release()

    def get(self) -> bytearray:
        self.messages.acquire()
        with self.lock, open(self.path, "rb", buffering=0) as file:
            file.seek(self.at)
            self.at += file.readinto(self.message)
        return self.message

    def after(self) -> None:
        os.unlink(self.path)
        self._create()

    def _create(self) -> None:
        self.at = 0
        open(self.path, "xb").close()


CHANNELS: "dict[str, Callable[[int], Channel]]" = {
    "queue": Queue,
    "simple queue": SimpleQueue,
    "pipe": Pipe,
    "memory": Memory,
    "manager": ManagerQueue,
    "file": File,
}
