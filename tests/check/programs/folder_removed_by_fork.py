"""A forked child ends by sys.exit(), and removes the temporary folder of its parent. Sound: folder_removed_by_fork_ok."""

import os
import sys
import tempfile


class Job:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "result")

    def run(self):
        pid = os.fork()  # cause: state-copied-by-fork
        if pid == 0:
            with open(self.path, "w") as file:
                file.write("done")
            sys.exit(0)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    job = Job()
    job.run()
    with open(job.path) as file:
        print(file.read())
