"""The reference implementation's localizer: a baseline to compare with."""
