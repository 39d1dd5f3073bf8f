"""The page: what the commands do, for people who don't use a terminal.

``serve`` starts it; ``guard`` says who comes in, ``visits`` keeps what each visitor brought apart
from all others, and ``work`` runs everything heavy, and everything that reads a stranger's file, in
processes that work for one visitor only. Only this room knows NiceGUI.
"""
