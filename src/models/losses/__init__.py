"""Losses that more than one network may have."""
