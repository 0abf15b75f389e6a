"""The files publisher's one variable."""

from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from pydantic import Field, field_validator

from callsheet.connect.options import ConnectorOptions


class FilesOptions(ConnectorOptions):
    """Where the documents live."""

    prefix: ClassVar[str] = "FILES_"

    dir: Path = Field(
        default=Path("postmortems"),
        description="Folder for the post-mortems; made when the first one is published.",
    )

    @field_validator("dir")
    @classmethod
    def _is_a_folder(cls, path: Path) -> Path:
        if "\0" in str(path):
            raise ValueError("is not a path: it holds a NUL character. Write the folder's path only")
        with suppress(OSError):  # a folder that we may not even look at is refused when it is used, with the reason
            if path.exists() and not path.is_dir():
                raise ValueError("is a file, not a folder. Name a folder, or move the file away")
        return path
