"""Memory: large blocks go back to the system as soon as a picture is done."""

import ctypes
import sys
from pathlib import Path

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


def limit_growth(count: int) -> bool:
    """Let this process have at most so many bytes more than it has now; say whether the system knows how much that is.

    What goes beyond is a MemoryError, or where a library is not prepared for that, the end of the process.
    """
    sizes = Path("/proc/self/statm")
    if not sizes.exists():
        return False
    import resource  # not there on Windows, which has no /proc either

    taken = int(sizes.read_text().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = taken + count if hard == resource.RLIM_INFINITY else min(hard, taken + count)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    return True
