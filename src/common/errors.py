"""Errors that are the user's to mend, and how a command reports them."""

import errno
import sys
from collections.abc import Callable

EXIT_USER_ERROR = 1
EXIT_INTERRUPTED = 130  # 128 + SIGINT, what a shell expects of an interrupted command
# Errors about a path that the user has named.
_PLACES = (
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR),
    *(errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP),
)


class UserError(Exception):
    """Something the user can mend. The message says what was wrong and what to do about it."""


def require_shares(**values: float) -> None:
    """Raise UserError for the first value, by its name in params.py, that is not a number in [0, 1]."""
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise UserError(f"{name} {value} must be at least 0 and at most 1")


def run_main(main: Callable[[], None]) -> None:
    """Run a command's main; report a `UserError` without a traceback, and so a place that cannot be read or written.

    Raises SystemExit: code 1 after one of these (its message on stderr after `error: `), code 130 after Ctrl-C.
    Any other exception is a defect and keeps its traceback.
    """
    try:
        main()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(EXIT_USER_ERROR) from None
    except OSError as error:
        if error.errno not in _PLACES or error.filename is None:
            raise
        place = f"{error.filename}: {error.strerror}; choose another place, or change who may use this one"
        print(f"error: {place}", file=sys.stderr)
        raise SystemExit(EXIT_USER_ERROR) from None
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        raise SystemExit(EXIT_INTERRUPTED) from None
