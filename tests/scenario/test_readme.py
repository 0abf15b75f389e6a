"""The README's post-mortem is one that Callsheet writes: each of its lines stands in the sandbox's document."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import StartPlay

README = Path(__file__).parents[2] / "README.md"
POLICY = '[default_route]\nfallback_owner = "grace.okafor@larkspur.example"\n'


def bare(text: str) -> str:
    """Without what differs from run to run, and from page to page: the port, and how lines are broken."""
    return " ".join(re.sub(r"127\.0\.0\.1:\d+", "sandbox", text).split())


def test_every_line_of_the_readmes_post_mortem_is_written(play: StartPlay) -> None:
    (sample,) = re.findall(r"```markdown\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    p = play(incidents=24, hostile=False, policy=POLICY)
    p.settled()
    p.wait(days=2)
    p.settled()
    (incident,) = re.findall(r"/incidents/(\w+)\)\n", sample)
    written = bare(p.document(incident))

    # What was shortened ends in an ellipsis.
    lines = [bare(line.removesuffix("[…]")) for line in sample.splitlines()]
    assert [line for line in lines if line not in written and line != "-"] == []
    assert len(lines) > 50
