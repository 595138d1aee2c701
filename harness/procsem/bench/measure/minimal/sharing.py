"""Ways for messages from process to process. A round: live producers send so many, and the parent has got them all.

The message is a number of bytes. What a way does beside moving them is its own: a queue and a pipe pickle it, a queue
takes it through a thread, a manager through a third process. From a file and from shared memory it is read into a
buffer that the next one overwrites; the others make an object of each.
"""

import atexit
import os
from multiprocessing.util import get_temp_dir

from burdens import Lacking
from workers import context, end_with_parent, hire, semaphores


def prepare(given):
    """One round, and what follows it untimed."""
    size, producers = int(given["size"]), int(given["producers"])
    share = int(given["messages"]) // producers
    semaphores()
    way = WAYS[given["way"]](given, size)
    workers = hire(producers, _producer, way.end, size, leaves=way.folder)
    way.ready()
    get = way.get

    def once():
        for worker in workers:
            worker.tell(share)
        for _ in range(share * producers):
            get()
        for worker in workers:
            worker.wait()

    # That messages arrive whole is looked at beforehand: to look at each would be timed.
    for worker in workers:
        worker.tell(share)
    if any(get() != MESSAGE * size for _ in range(share * producers)):
        raise OSError("what came is not what was sent")
    for worker in workers:
        worker.wait()
    way.after()
    return once, way.after


MESSAGE = b"m"


def _producer(end, size):
    message = MESSAGE * size
    put = end.put

    def send(count):
        for _ in range(count):
            put(message)

    return send


class Way:
    """``end()`` is what a producer gets, whose ``put(message)`` sends; ``get()`` is the parent's."""

    folder = None
    """What is left behind if the parent is killed."""

    def end(self):
        return self

    def ready(self):
        """All the producers have their ends."""

    def after(self):
        """Follows each round, untimed."""


class Queue(Way):
    def __init__(self, given, size):
        self.queue = context.Queue()
        self.get = self.queue.get

    def end(self):
        return self.queue


class SimpleQueue(Queue):
    """A queue without the thread: put() itself writes to the pipe."""

    def __init__(self, given, size):
        self.queue = context.SimpleQueue()
        self.get = self.queue.get


class Pipe(Way):
    """A pipe for each producer, for two that write to one would need a lock."""

    def __init__(self, given, size):
        from multiprocessing.connection import wait

        self.wait = wait
        self.readers, self.writers, self.waiting = [], [], []

    def end(self):
        reader, writer = context.Pipe(duplex=False)
        self.readers.append(reader)
        self.writers.append(writer)
        return _Writer(writer)

    def ready(self):
        for writer in self.writers:
            writer.close()
        if len(self.readers) == 1:
            self.get = self.readers[0].recv

    def get(self):
        if not self.waiting:
            self.waiting = self.wait(self.readers)
        return self.waiting.pop().recv()


class _Writer:
    def __init__(self, writer):
        self.writer = writer

    def put(self, message):
        self.writer.send(message)


class Memory(Way):
    """A ring of shared memory: a semaphore counts the free slots, one the messages; a lock gives producers turns."""

    HEAD = 8  # bytes: where the next message goes

    def __init__(self, given, size):
        try:
            from multiprocessing.shared_memory import SharedMemory
        except ImportError:
            raise Lacking("this Python has no shared memory") from None
        self.size, self.slots = size, 64 if size < 10_000 else 4
        self.memory = SharedMemory(create=True, size=self.HEAD + self.slots * size)
        atexit.register(self.memory.unlink)  # where the parent is killed, multiprocessing's resource tracker does it
        self.free, self.messages = context.Semaphore(self.slots), context.Semaphore(0)
        self.lock = context.Lock()
        self.next = 0

    def ready(self):
        self.message = memoryview(bytearray(self.size))  # what is assigned to a bytearray is copied once more

    def put(self, message):
        self.free.acquire()
        with self.lock:
            slot = int.from_bytes(self.memory.buf[: self.HEAD], "little")
            at = self.HEAD + slot * self.size
            self.memory.buf[at : at + self.size] = message
            self.memory.buf[: self.HEAD] = ((slot + 1) % self.slots).to_bytes(self.HEAD, "little")
        self.messages.release()

    def get(self):
        self.messages.acquire()
        at = self.HEAD + self.next * self.size
        self.message[:] = self.memory.buf[at : at + self.size]
        self.next = (self.next + 1) % self.slots
        self.free.release()
        return self.message


class ManagerQueue(Queue):
    """A queue that lies in a third process, which each put() and each get() asks."""

    def __init__(self, given, size):
        from multiprocessing.managers import SyncManager

        self.manager = SyncManager(ctx=context)
        self.manager.start(end_with_parent, (get_temp_dir(),))  # its socket lies there
        self.queue = self.manager.Queue()
        self.get = self.queue.get


class File(Way):
    """A file that a lock guards: each access opens it by its path, as one does who shares a file.

    It is treated as well as that can be. A semaphore tells of a message, so that nobody looks in vain; a message is
    appended, and read where the last one ended, so that no other is touched; and the file is replaced between the
    rounds rather than emptied, for what was emptied some file systems write to the disk. So it lies in memory, in the
    page cache.
    """

    def __init__(self, given, size):
        self.folder = get_temp_dir()  # multiprocessing removes it at the parent's exit
        self.path = os.path.join(self.folder, "messages")
        self.size = size
        self.lock, self.messages = context.Lock(), context.Semaphore(0)
        self._create()

    def ready(self):
        self.message = bytearray(self.size)

    def put(self, message):
        with self.lock, open(self.path, "r+b", buffering=0) as file:  # that does not create it, if all is at an end
            file.seek(0, os.SEEK_END)
            file.write(message)
        self.messages.release()

    def get(self):
        self.messages.acquire()
        with self.lock, open(self.path, "rb", buffering=0) as file:
            file.seek(self.at)
            self.at += file.readinto(self.message)
        return self.message

    def after(self):
        os.unlink(self.path)
        self._create()

    def _create(self):
        self.at = 0
        open(self.path, "xb").close()


WAYS = {
    "queue": Queue,
    "simple queue": SimpleQueue,
    "pipe": Pipe,
    "memory": Memory,
    "manager": ManagerQueue,
    "file": File,
}
