"""nuchal: forces of 72 neck muscles from a recording of head markers."""
