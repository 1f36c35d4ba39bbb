"""Networks that exchange features between levels."""
