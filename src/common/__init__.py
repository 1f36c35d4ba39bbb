"""Small things every layer may use: errors, files, geometry, progress."""
