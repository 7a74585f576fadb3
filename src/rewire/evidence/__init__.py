"""Evidence: parameter tables, published trials, references."""
