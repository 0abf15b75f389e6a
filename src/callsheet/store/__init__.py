"""What Callsheet remembers, in SQLite through portable SQL."""

from callsheet.store.sqlite import NewerSchema, Store, StoreLocked

__all__ = ["NewerSchema", "Store", "StoreLocked"]
