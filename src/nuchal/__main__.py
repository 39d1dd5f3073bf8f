"""``python -m nuchal`` is the command line."""

from nuchal.cli import command

if __name__ == "__main__":
    command()
