"""Labelled motions on disk, for training; needs the extra ``dataset``."""
