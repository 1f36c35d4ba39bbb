"""Convolutions and one head for each place of the text."""
