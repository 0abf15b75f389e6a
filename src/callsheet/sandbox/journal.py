"""Keeping the world in a folder: the base world's recipe, and one line for each change since.

A change is in the file before its answer leaves, so a killed sandbox comes back with everything it ever confirmed.
The world is regenerated from the recipe and the changes are made again at their old times. A last line that was cut
off by the kill was never confirmed, and is dropped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]
_FILE, _LOADED = "journal.jsonl", "loaded.json"


class Journal:
    """The folder's journal; `recipe` is None for a folder without one."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path, self._loaded = folder / _FILE, folder / _LOADED
        self.recipe: Json | None = None
        self.entries: list[Json] = []
        for place, entry in enumerate(self._read()):
            if place == 0:
                self.recipe = entry
            else:
                self.entries.append(entry)
        self._file = self.path.open("ab")

    def begin(self, recipe: Json, loaded: Json | None) -> None:
        """Start a fresh journal with what the base world is made from."""
        if loaded is not None:
            self._loaded.write_text(json.dumps(loaded), encoding="utf-8")
        self.recipe = recipe
        self.write(recipe)

    def loaded(self) -> Json | None:
        """The recorded document that the world was born with."""
        if not self._loaded.exists():
            return None
        document: Json = json.loads(self._loaded.read_text(encoding="utf-8"))
        return document

    def write(self, entry: Json) -> None:
        """Append one entry; it survives a kill of the process from here on."""
        self._file.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def _read(self) -> Iterator[Json]:
        if not self.path.exists():
            return
        data = self.path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            os.truncate(self.path, whole)
        for row in data[:whole].splitlines():
            yield json.loads(row)
