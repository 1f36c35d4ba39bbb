"""Set before anything imports torch or cv2, and before any process is started."""

import os
import signal

# The networks here are tiny: on one thread each, they are done before several have agreed on who does what.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# A shell starts what it puts into the background deaf to Ctrl-C, and so are its children: some tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)
