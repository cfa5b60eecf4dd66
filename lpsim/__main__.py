"""``python -m lpsim`` is the command ``lpsim``."""

from lpsim.cli import main

if __name__ == "__main__":
    main()
