"""Which anchors answer for which plate."""
