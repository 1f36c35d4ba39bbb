"""Networks that find plates, a folder each."""
