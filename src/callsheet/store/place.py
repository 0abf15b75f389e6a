"""Where a database lies, without opening it to write: does it fit there, and on what kind of disk?"""

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from callsheet.store.faults import FULL, fault_of
from callsheet.store.sqlite import known_schema

# SQLite's locks are not to be trusted there.
NETWORKED = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "ncpfs"})
NETWORKED_FUSE = ("fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.rclone", "fuse.goofys")

# In bytes; a busy cycle writes less.
ROOM_NEEDED = 4 * 1024 * 1024


def disk_of(path: Path, mountinfo: str) -> str:
    """The kind of file system that the path lies on, from the text of /proc/self/mountinfo; empty when none is told."""
    found, longest = "", -1
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        point = Path(fields[4].replace("\\040", " "))
        if (path == point or point in path.parents) and len(point.parts) >= longest:
            found, longest = after.split()[0], len(point.parts)
    return found


def is_networked(disk: str) -> bool:
    """Whether such a file system is shared over a network."""
    return disk in NETWORKED or disk.startswith(NETWORKED_FUSE)


def unwritable(path: Path) -> int:
    """The `errno` that writing or making a file of that path meets, as far as mounts and rights tell; 0 for none."""
    folder = path.parent if path.parent.exists() else path.parent.parent
    if not folder.is_dir():
        return errno.ENOTDIR
    places = [place for place in (path, folder) if place.exists()]
    if any(os.statvfs(place).f_flag & os.ST_RDONLY for place in places):
        return errno.EROFS
    allowed = os.access(folder, os.X_OK) and all(os.access(place, os.W_OK) for place in places)
    return 0 if allowed else errno.EACCES


def hindrance(path: Path) -> str | None:
    """What keeps us from writing the database, in words; None when nothing does. Never waits."""
    if unwritable(path):
        return f"the database {path} can't be written"
    return f"the disk of the database {path} is full" if is_full(path) else None


def to_mend(error: sqlite3.Error) -> str:
    """What is wrong and what to do, for whoever runs Callsheet; at last in SQLite's own words, which people look up."""
    path = next(iter(getattr(error, "__notes__", ())), "")
    fault = fault_of(error)
    # SQLite says of a full disk that it fails, where the room lacks for its side files.
    fault = FULL if fault and path and is_full(Path(path)) else fault
    mend = fault.mend if fault else "The database can't be used. Look at {path}."
    return f"{mend.format(path=path or 'the file that CALLSHEET_DATABASE_URL names')} (SQLite: {error})"


def is_full(path: Path) -> bool:
    """Whether the disk on which a file of that path lies, or would be made, has no room for a cycle."""
    there = next(place for place in path.absolute().parents if place.exists())
    return shutil.disk_usage(there).free <= ROOM_NEEDED


def schema_of(path: Path) -> tuple[int, int]:
    """The schema of a database that is there, and the one that this program knows. Raises sqlite3.Error."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    return int(found), known_schema()
