"""Networks that turn the features of each level into raw outputs."""
