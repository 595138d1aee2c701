"""``python -m harness`` is ``procsem``."""

from harness.cli import main

if __name__ == "__main__":
    main()
