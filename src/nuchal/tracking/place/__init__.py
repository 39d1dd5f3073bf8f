"""Where things are: which way is up, where the person faces, where head and thorax rest."""
