"""Publisher `git`: post-mortems as Markdown files in a git repository, committed and pushed, edited by anybody."""

from callsheet_git.connector import CONNECTOR

__all__ = ["CONNECTOR"]
