"""From what networks answer to plates and texts, one file a way to answer: numpy alone, for reading without torch."""
