"""Errors in words that end in what to do, with their exit codes."""

import sqlite3

from callsheet.cli.printing import CONFIGURATION, FAILED, say
from callsheet.connect.errors import ConnectorError
from callsheet.connect.options import Problems
from callsheet.connect.registry import UnknownConnector


def told(error: Exception) -> int | None:
    """Tell the error and give its exit code; None when it is a fault of ours that deserves its traceback."""
    from callsheet.render.environment import BadTemplate
    from callsheet.run.names import NotKnown
    from callsheet.store import NewerSchema, NoFolder, StoreLocked

    match error:
        case Problems():
            say("The configuration needs a look:")
            for problem in error.problems:
                say(f"  {problem}")
            say("`callsheet init` asks for what is needed and writes it; `callsheet demo` needs no configuration.")
            return CONFIGURATION
        case UnknownConnector() | BadTemplate():
            say(f"The configuration needs a look:\n  {error}")
            return CONFIGURATION
        case StoreLocked() | NewerSchema() | NoFolder() | NotKnown():
            say(str(error))
            return FAILED
        case ConnectorError():
            say(error.what)
            return FAILED
        case sqlite3.Error():
            say(
                f"The database can't be used: {error}. Look at CALLSHEET_DATABASE_URL, the rights on that file and its "
                "folder, the space on the disk, and whether another process holds it."
            )
            return FAILED
    return None
