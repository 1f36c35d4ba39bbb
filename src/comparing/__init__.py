"""Many models on many sets of photographs: what each reads of each, and whether two of them differ."""
