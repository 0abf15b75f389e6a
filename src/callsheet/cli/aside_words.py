"""What was set aside, in lines for `once` and `status`: the unread cells of one document stand under its name."""

from collections.abc import Iterable, Iterator

from callsheet.model.counted import counted
from callsheet.run.report import CELL, document_and_row


def aside_words(found: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Lines for (what, where, error), in their order; the lines of a document's cells are indented below its own."""
    documents: dict[str, list[str]] = {}
    others = []
    for what, where, error in found:
        document, row = document_and_row(error)
        if what == CELL and row:
            documents.setdefault(document, []).append(f"{row} [{where}]")
        else:
            others.append(f"{what} ({where}): {error}")
    yield from others
    for document, cells in documents.items():
        yield f"{counted(len(cells), 'cell')} of the call sheet in {document}:"
        yield from (f"  {cell}" for cell in cells)
