"""A transformer over strips of the plate, at the size of its source."""
