"""Variables that nobody reads: most are misspelt, so they are named, with what was probably meant."""

import re
from collections.abc import Collection, Iterator

from callsheet.connect.options import Problem
from callsheet.model.spelling import did_you_mean, nearest
from callsheet.settings.core import PREFIX
from callsheet.settings.environment import Given, Variables

# Read by the tests, which share their environment with the program under test.
TESTS_ONLY = frozenset({"CALLSHEET_CONTRACTS", "CALLSHEET_PAYLOADS"})
# Kubernetes gives every pod such variables for each Service, and ours is likely to be called `callsheet`.
_KUBERNETES = re.compile(
    r"CALLSHEET(_[A-Z0-9]+)*_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
# A name that is this like one of ours was meant for us. In a container the env files come as the process environment.
_LIKENESS = 0.9


def unknown(variables: Variables, known: Collection[str], prefixes: Collection[str]) -> Iterator[Problem]:
    """One problem for each variable that was meant for us and that nobody reads.

    prefix       in an env file           in the process environment
    CALLSHEET_   problem                  problem, but for what Kubernetes adds
    connector's  problem                  problem if very like: JIRA_HOME is somebody else's
    any other    problem if very like     left alone
    """
    for name, given in variables.items():
        if name in known or name in TESTS_ONLY or not _ours(name, given, known, prefixes):
            continue
        what = f"is not a variable that Callsheet reads ({given.place}){did_you_mean(name, known)}"
        yield Problem(name, what, f"rename or remove {given.spot}")


def _ours(name: str, given: Given, known: Collection[str], prefixes: Collection[str]) -> bool:
    if not given.in_file:
        if name.startswith(PREFIX):
            return not _from_kubernetes(name, given.value)
        return name.startswith(tuple(prefixes)) and _very_like(name, known)
    return name.startswith((PREFIX, *prefixes)) or _very_like(name, known)


def _very_like(name: str, known: Collection[str]) -> bool:
    return nearest(name, known, likeness=_LIKENESS) is not None


def _from_kubernetes(name: str, value: str) -> bool:
    plain_port = name.endswith("_PORT") and value.startswith(("tcp://", "udp://", "sctp://"))
    return plain_port or _KUBERNETES.fullmatch(name) is not None
