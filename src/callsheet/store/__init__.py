"""What Callsheet remembers, in SQLite through portable SQL."""

from callsheet.store.sqlite import BUSY_SECONDS, NewerSchema, NoFolder, Store, StoreLocked, folder_lacks

__all__ = ["BUSY_SECONDS", "NewerSchema", "NoFolder", "Store", "StoreLocked", "folder_lacks"]
