"""Which marker of a file is which: sets of names, people, and a head that is one."""
