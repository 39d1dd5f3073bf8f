"""The report of an assessment: one file that opens anywhere."""
