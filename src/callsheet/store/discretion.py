"""What keeps somebody who was forgotten from coming back: everything that is taken in passes here first."""

import json

from callsheet.plan.forgetting import Forgotten
from callsheet.store.table import Table

SALT = "forgotten.salt"


class Discreet(Table):
    """A table whose texts name nobody who was forgotten."""

    def _forgotten(self) -> Forgotten:
        """Everybody who was forgotten; read anew each time, since another process may forget somebody."""
        rows = self._rows("SELECT hash, instead, words FROM forgotten")
        if not rows:
            return Forgotten(salt="")
        return Forgotten(
            salt=self.noted(SALT) or "",
            instead={row["hash"]: row["instead"] for row in rows},
            longest=max(row["words"] for row in rows),
        )


def clean_cell(cell: str, forgotten: Forgotten) -> str:
    """A text, or JSON, without who was forgotten; the very same text where they were not in it."""
    if not forgotten:
        return cell
    if cell[:1] not in {"{", "[", '"'}:
        return forgotten.clean(cell)
    try:
        value = json.loads(cell)
    except ValueError:
        return forgotten.clean(cell)
    cleaned = forgotten.cleaned(value)
    return cell if cleaned == value else json.dumps(cleaned, ensure_ascii=False, separators=(",", ":"))
