"""Pictures that a server keeps for people to label: their rows, and the folder that holds them."""
