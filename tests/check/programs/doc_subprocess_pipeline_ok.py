"""Two programs in a pipeline; the parent closes its copy of the pipe."""

import subprocess

first = subprocess.Popen(["printf", "one\\ntwo\\nthree\\n"], stdout=subprocess.PIPE)
second = subprocess.Popen(["grep", "t"], stdin=first.stdout, stdout=subprocess.PIPE)
first.stdout.close()
print(second.communicate()[0], first.wait())
