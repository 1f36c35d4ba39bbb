"""A transformer over strips of the plate that trains on a processor."""
