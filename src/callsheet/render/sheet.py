"""Rows as CSV for spreadsheets, where a cell that looks like a formula must stay words."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The header and the rows, comma separated, in the line ends that the format asks for."""
    written = io.StringIO()
    out = csv.writer(written)
    out.writerow(header)
    out.writerows([neutral(cell) for cell in row] for row in rows)
    return written.getvalue()


def neutral(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would compute, also behind spaces that it would trim."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
