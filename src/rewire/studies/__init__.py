"""Studies: one job a file, the same behind Python, the command line and pages."""
