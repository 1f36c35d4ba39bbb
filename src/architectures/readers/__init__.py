"""Networks that read rectified plates, a folder each, and what trains several of them."""
