"""Publisher `files`: post-mortems as Markdown files in one folder, where people edit them."""

from callsheet_files.connector import CONNECTOR

__all__ = ["CONNECTOR"]
