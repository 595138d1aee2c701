"""A forked child leaves the temporary folder of its parent."""

import os
import tempfile

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        pid = os.fork()
        if pid == 0:
            with open(os.path.join(folder, "result"), "w") as file:
                file.write("done")
            os._exit(0)
        os.waitpid(pid, 0)
        print(os.listdir(folder))
