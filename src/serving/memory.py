"""Memory that goes back to the system as soon as a large picture is done with."""

import ctypes
import sys

# glibc's M_MMAP_THRESHOLD (mallopt(3)), and the size in bytes from which on a block is mapped on its own.
_MMAP_THRESHOLD, _LARGE = -3, 1 << 20


def return_large_blocks() -> bool:
    """Make every large block a mapping of its own, which the system gets back when it is freed; say whether that is so.

    Left alone, glibc raises the threshold to the size of what is freed, up to 32 MB; Pillow's blocks of 16 MB then come
    from heaps of the threads, which never shrink: after one picture of 50 megapixels 400 MB more stay taken.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE))
    except AttributeError:  # another C library, such as musl
        return False
