"""What `callsheet init` writes into policy.toml: who gets what names nobody. The rest of a policy is people's work."""

import json
import re
import tomllib
from typing import Any, Final

from callsheet.settings.policy_lines import line_numbers

TABLE: Final = "default_route"
KEY: Final = "fallback_owner"
_COMMENTED = re.compile(rf"\s*#\s*{KEY}\s*=")
_VALUE = re.compile(r"""=\s*(?:"[^"]*"|'[^']*')""")


def policy(owner: str | None) -> str:
    """A policy with the owner alone: the rest is the defaults."""
    line = line_for(owner) if owner else f'#{KEY} = "…@example.com"'
    return (
        "# Written by `callsheet init`. Every key is in docs/policy.md; `callsheet policy check` finds mistakes.\n\n"
        f"[{TABLE}]\n# Gets what names nobody.\n{line}\n"
    )


def line_for(owner: str) -> str:
    """The line that names the owner."""
    return f"{KEY} = {json.dumps(owner, ensure_ascii=False)}"


def owner_in(text: str) -> str | None:
    """Whom a policy names already; None where it names nobody or can't be read."""
    table = _read(text).get(TABLE)
    owner = table.get(KEY) if isinstance(table, dict) else None
    return owner if isinstance(owner, str) else None


def with_owner(text: str, owner: str) -> str | None:
    """The policy with that owner and nothing else changed, comments included; None where that can't be done surely."""
    lines = text.split("\n")
    try:
        places = line_numbers(text)
    except tomllib.TOMLDecodeError:
        return None
    if (TABLE, KEY) in places:
        at = places[TABLE, KEY] - 1
        lines[at] = _VALUE.sub(lambda _: f"= {json.dumps(owner, ensure_ascii=False)}", lines[at], count=1)
    elif (TABLE,) in places:
        header = places[(TABLE,)]
        end = min((line for path, line in places.items() if line > header and path[0] != TABLE), default=len(lines) + 1)
        # The sample of a policy as it is shipped, else right below the table's head.
        sample = next((at for at in range(header, end - 1) if _COMMENTED.match(lines[at])), None)
        if sample is None:
            lines.insert(header, line_for(owner))
        else:
            lines[sample] = line_for(owner)
    else:
        lines += [f"[{TABLE}]", line_for(owner), ""]
    changed = "\n".join(lines)
    return changed if _read(changed) == _wanted(text, owner) else None


def _wanted(text: str, owner: str) -> dict[str, Any]:
    content = _read(text)
    return content | {TABLE: {**content.get(TABLE, {}), KEY: owner}}


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
