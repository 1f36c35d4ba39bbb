"""Reading from the shell: what paths name, one answer per vehicle of a video, and how answers are written."""
