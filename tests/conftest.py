"""Set before anything imports torch or cv2."""

import os

# The networks here are tiny: on one thread each, they are done before several have agreed on who does what.
os.environ.setdefault("OMP_NUM_THREADS", "1")
