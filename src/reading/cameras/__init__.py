"""Cameras: many streams at once that may fail at any time, one answer a vehicle, and where answers go."""
