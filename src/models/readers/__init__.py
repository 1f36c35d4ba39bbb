"""Networks that read rectified plates, and their losses."""
