"""Networks that can be chosen by name, a folder each."""
