"""Convolutions, a recurrent layer and CTC: the default reader."""
