"""LPRNet: small convolutions, a global context and CTC."""
