"""The report of an assessment: what it says in plain words, its pictures and its sections."""
