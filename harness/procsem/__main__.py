"""``python -m procsem`` is ``procsem``."""

from procsem.cli import main

if __name__ == "__main__":
    main()
