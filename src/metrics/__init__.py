"""Numbers that say how good a model is: pure numpy, counted over whole sets."""
