"""The configuration reference, `docs/configuration.md`: drawn from the settings classes, so that it can't be stale.

`python -m callsheet.settings.reference FILE` writes it.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from callsheet.connect import registry
from callsheet.connect.options import Section
from callsheet.settings.core import Settings
from callsheet.settings.masking import shown_default

HEAD = """\
# Configuration

Every variable. They are read from `DIR/*.env` (DIR is `--config DIR`, else `config`) and from the environment of the
process, which wins. An empty value counts as not set. Durations are a number and a unit: `90s`, `15m`, `36h`, `30d`,
`2w`. `callsheet config show` tells what holds and where it came from; `callsheet doctor` proves it; `callsheet init`
writes a first one. The files in `config/` have the same variables with more words. The policy has its own page:
[policy.md](policy.md).

A relative path, also that of the database (`sqlite:///callsheet.db`), begins in the folder that `callsheet` is
started in, not in DIR; `sqlite:////data/callsheet.db`, with four slashes, is the same from anywhere.

A **secret** may come from a file instead: `NAME_FILE=/run/secrets/name`. Secrets from files and from `DIR/*.env` are
read again when a side refuses them, and those of webhooks when a signature does not fit, so they can be renewed without
a restart. `CALLSHEET_WEB_TOKEN` and everything else wait for one.

This page is written by `make docs` from the classes that read the variables.
"""
PROXIES = """\
## Network

| variable | default | meaning |
|---|---|---|
| `HTTPS_PROXY`, `NO_PROXY` | | The proxy for all connectors, and the hosts that go without it, by comma. |
"""


def reference() -> str:
    """The whole page."""
    parts = [HEAD, "\n".join(_section("Callsheet itself", Settings))]
    parts += ["\n".join(_section(f"Connector `{name}`", registry.load(name).options)) for name in registry.names()]
    return "\n".join([*parts, PROXIES])


def _section(title: str, section: type[Section]) -> Iterator[str]:
    secrets = section.secrets()
    yield f"## {title}"
    yield ""
    yield "| variable | default | meaning |"
    yield "|---|---|---|"
    for name, field in zip(section.variables(), section.model_fields.values(), strict=True):
        default = "" if field.is_required() else shown_default(field.get_default(call_default_factory=True))
        told = "required" if field.is_required() else f"`{default}`" if default else ""
        secret = " **Secret.**" if name in secrets else ""
        yield f"| `{name}` | {told} | {_cell(field.description or '')}{secret} |"
    yield ""


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(reference(), encoding="utf-8")
