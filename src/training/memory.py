"""Memory that training takes and gives back many times a second."""

import ctypes
import sys

# Names of mallopt(3), and what they are set to: the largest block that is taken from the heap rather than from the
# kernel (glibc allows no more), and how much may lie free at the heap's end.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
LARGEST_BLOCK, MOST_FREE = 32 << 20, 2**31 - 1


def keep_freed_memory() -> None:
    """Have this process keep the memory that it frees, where glibc allows it; elsewhere do nothing.

    A step on a processor takes and frees some hundred megabytes. Given back to the kernel each time, they come again
    page by page, cleared: thousands of page faults a step, up to half of its time with an LSTM.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # musl has none
        mallopt(M_MMAP_THRESHOLD, LARGEST_BLOCK)
        mallopt(M_TRIM_THRESHOLD, MOST_FREE)
