"""Programs that probes start."""

import subprocess

from _kit.probe.symptoms import raise_if_text_says_memory_is_short


class Program(subprocess.Popen):
    """A program whose pipes the probe reads. The harness does not see what is printed there."""

    def communicate(self, *args, **keywords):
        """Return the output and the errors. Raises MemoryError if a process printed there that memory is short."""
        streams = super().communicate(*args, **keywords)
        for text in filter(None, streams):
            raise_if_text_says_memory_is_short(text if isinstance(text, str) else text.decode(errors="replace"))
        return streams
