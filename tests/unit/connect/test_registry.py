"""Connectors announce themselves; nobody is imported before they are needed."""

from __future__ import annotations

import pytest

from callsheet.connect import registry


def test_the_installed_connectors_are_known_by_name() -> None:
    assert {"apprise", "files", "jira", "pagerduty"} <= set(registry.names())


def test_a_connector_is_loaded_with_its_roles() -> None:
    files = registry.load("files")
    assert (files.name, files.options.prefix) == ("files", "FILES_")
    assert files.publisher is not None
    assert files.tracker is None


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(registry.UnknownConnector, match=r"no connector is called 'nope'; installed are .*files"):
        registry.load("nope")
