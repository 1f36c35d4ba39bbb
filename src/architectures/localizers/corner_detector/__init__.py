"""Objects as points with the corners of plates: the default localizer."""
