"""Props: the links that alerts, changes and notes left behind, each with what it seems to be."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from callsheet.model.incident import Dossier, Link
from callsheet.model.postmortem import Prop, PropKind

URL: Final = re.compile(r"https?://[^\s<>\"'`]+")
SCHEME: Final = re.compile(r"^https?://(?:www\.)?", re.IGNORECASE)
TRAILING: Final = ".,;:!?)]}"
MOST_LINKS: Final = 20
# What an address or its name gives away, the first that fits.
KINDS: Final = (
    (PropKind.BRIDGE, re.compile(r"zoom\.us|meet\.google|teams\.(?:microsoft|live)\.com/l/meetup|webex|bridge")),
    (PropKind.CHANNEL, re.compile(r"slack\.com|teams\.(?:microsoft|live)\.com|mattermost|discord|\bchannels?\b")),
    (PropKind.RUNBOOK, re.compile(r"run-?books?|play-?books?|\bsop\b|procedure")),
    (PropKind.DASHBOARD, re.compile(r"dashboard|grafana|kibana|/d/|looker")),
    (
        PropKind.MONITOR,
        re.compile(
            r"alertmanager|prometheus|datadog|newrelic|sentry|splunk|honeycomb|nagios|zabbix|cloudwatch|monitor|\balerts?\b"
        ),
    ),
    (
        PropKind.BUILD,
        re.compile(
            r"\bci\b|\bci\.|jenkins|build|deploy|argocd|spinnaker|pipelines?|/commit/|/pulls?/|/merge_requests/|/actions/"
        ),
    ),
)


def props(dossier: Dossier, ours: Callable[[str], bool]) -> tuple[Prop, ...]:
    """Each address once, by kind, in the order in which it came up. At most twenty."""
    known: dict[str, Link] = {}
    for link in _links(dossier, ours):
        known.setdefault(link.url, link)
    found = [_prop(link) for link in list(known.values())[:MOST_LINKS]]
    order = list(PropKind)
    return tuple(sorted(found, key=lambda prop: order.index(prop.kind)))


def _prop(link: Link) -> Prop:
    """A link with its kind; a name that says no more than that gives way to the address."""
    kind = kind_of(link)
    says_nothing = link.text.strip().casefold() in {"", "link", *kind.value.casefold().split()}
    return Prop(kind=kind, link=replace(link, text=SCHEME.sub("", link.url)) if says_nothing else link)


def kind_of(link: Link) -> PropKind:
    """What a link seems to be, by its address first and by its name then."""
    for words in (link.url.lower(), link.text.lower()):
        for kind, signs in KINDS:
            if signs.search(words):
                return kind
    return PropKind.OTHER


def _links(dossier: Dossier, ours: Callable[[str], bool]) -> Iterator[Link]:
    for alert in sorted(dossier.alerts, key=lambda alert: (alert.at, alert.id)):
        yield from alert.links
    for change in sorted(dossier.changes, key=lambda change: (change.at, change.id)):
        yield from change.links
    for note in sorted(dossier.notes, key=lambda note: (note.created_at, note.id)):
        if not ours(note.text):
            for match in URL.finditer(note.text):
                url = match[0].rstrip(TRAILING)
                yield Link(url=url, text=url)
