"""The reference implementation's reader: a baseline to compare with."""
