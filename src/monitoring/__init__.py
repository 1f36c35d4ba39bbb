"""Whether the pictures that a server reads are still like those that its model was measured on."""
