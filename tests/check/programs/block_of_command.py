"""A command that is given as text attaches to the block. Sound: block_of_other_program_ok."""

import subprocess
import sys
from multiprocessing import shared_memory

READER = """
import sys
sys.path.insert(0, "")
import block_of_command
block_of_command.read(sys.argv[1])
"""


def read(name):
    block = shared_memory.SharedMemory(name=name, create=False)  # cause: shm-tracker-premature-unlink
    print(bytes(block.buf[:2]), flush=True)
    block.close()


if __name__ == "__main__":
    block = shared_memory.SharedMemory(create=True, size=2)
    block.buf[:2] = b"ok"
    subprocess.run([sys.executable, "-c", READER, block.name], check=True)
    block.close()
    try:
        block.unlink()
    except FileNotFoundError:
        print("gone", flush=True)
