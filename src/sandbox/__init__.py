"""Processes that decode strangers' files, apart from what must go on when one of them fails: memory, ends, pipes."""
