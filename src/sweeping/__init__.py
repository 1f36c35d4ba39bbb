"""Sweeps: which values of params.py and params.yaml are best, by trials that a sampler chooses."""
