"""All that knows MLEM, which runs in an environment of its own: `make mlem`. Nothing else here imports it."""
