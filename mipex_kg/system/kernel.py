"""What a kernel can do with files, and Python doesn't offer."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import sys
from functools import cache
from pathlib import Path

_RENAME_EXCHANGE = 2
_MOUNTS = Path("/proc/self/mountinfo")


@cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def exchange(first: str, second: str, *, first_fd: int, second_fd: int) -> None:
    """Let two files or folders change places, at once.

    :param first: its name in the folder of the descriptor ``first_fd``
    :param second: its name in the folder of the descriptor ``second_fd``
    :raises OSError: when they can't; with ``ENOTSUP`` when the system can't do it at all
    """
    function = getattr(_library(), "renameat2", None)  # of Linux, since glibc 2.28
    if function is None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP), first)
    sys.audit("mipex_kg.exchange", first, second)
    names = os.fsencode(first), os.fsencode(second)
    if function(first_fd, names[0], second_fd, names[1], _RENAME_EXCHANGE):
        code = ctypes.get_errno()
        # What an old kernel says, and a file system that has no such thing.
        missing = code in (errno.ENOSYS, errno.EINVAL)
        code = errno.ENOTSUP if missing else code
        raise OSError(code, os.strerror(code), first)


def flush(descriptor: int) -> None:
    """Have all that was written to a file system reach its disk.

    :param descriptor: of anything in the file system
    :raises OSError: when it can't
    """
    function = getattr(_library(), "syncfs", None)
    if function is None:
        os.sync()
    elif function(descriptor):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def mounts_below(folder: Path) -> list[Path]:
    """List the mount points in a folder, itself among them, as far as the system tells.

    :param folder: its real path
    """
    try:
        lines = _MOUNTS.read_bytes().splitlines()
    except OSError:  # not on Linux
        return [folder] if os.path.ismount(folder) else []
    escaped = (line.split(b" ")[4] for line in lines)
    points = {Path(os.fsdecode(re.sub(rb"\\([0-7]{3})", _unescaped, text))) for text in escaped}
    return sorted(point for point in points if point.is_relative_to(folder))


def _unescaped(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 8)])
