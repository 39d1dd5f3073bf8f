"""``python -m nuchal`` is the command line."""

from nuchal.cli import main

if __name__ == "__main__":
    main()
