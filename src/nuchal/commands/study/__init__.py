"""``nuchal study``: many people's assessments, their tables, and how groups and sessions differ."""
