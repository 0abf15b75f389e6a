"""Which connectors are in use, by role, and whether each can play the role that it was given."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from callsheet.connect import registry
from callsheet.connect.options import Problem, comma_list
from callsheet.connect.registry import Connector, UnknownConnector
from callsheet.model.spelling import did_you_mean
from callsheet.settings.core import PREFIX, Settings
from callsheet.settings.environment import Variables

Find = Callable[[str], Connector]
# The setting that names a role's connectors, and the builder that such a connector must offer.
ROLES = {
    "source": "source",
    "tracker": "tracker",
    "notifiers": "notifier",
    "publishers": "publisher",
    "drafter": "drafter",
}


def in_use(variables: Variables, find: Find, problems: list[Problem]) -> Mapping[str, Connector]:
    """The connectors that the variables name, by name; what is wrong with the names joins the problems.

    It reads the variables and not the settings: one wrong setting must not hide what is wrong with a connector.
    """
    found: dict[str, Connector] = {}
    for setting, role in ROLES.items():
        variable = f"{PREFIX}{setting.upper()}"
        for name in _names(setting, variables):
            connector = found.get(name) or _find(variable, name, role, find, problems)
            if connector is not None:
                found[name] = connector
                problems += _unable(variable, connector, role)
    return found


def _names(setting: str, variables: Variables) -> tuple[str, ...]:
    given = variables.get(f"{PREFIX}{setting.upper()}")
    default: str | tuple[str, ...] | None = Settings.model_fields[setting].default
    return comma_list(given.value if given else default or ())


def _find(variable: str, name: str, role: str, find: Find, problems: list[Problem]) -> Connector | None:
    try:
        return find(name)
    except UnknownConnector as error:
        # The name is not repeated: it may be something that was pasted into the wrong variable.
        known = able(role, find)
        advice = f"names no {role}; installed are {', '.join(known) or 'none'}{did_you_mean(name, known)}"
        problems.append(Problem(variable, str(error) if name in registry.names() else advice))
    except ImportError as error:
        problems.append(Problem(variable, f"the connector {name} cannot be loaded: {error}; install its package again"))
    return None


def able(role: str, find: Find) -> list[str]:
    """The installed connectors that can play a role; what can't be loaded can't."""
    found = []
    for name in registry.names():
        with suppress(UnknownConnector, ImportError):
            found += [name] if getattr(find(name), role) is not None else []
    return found


def _unable(variable: str, connector: Connector, role: str) -> list[Problem]:
    if getattr(connector, role) is not None:
        return []
    others = [word for word in ROLES.values() if getattr(connector, word) is not None]
    return [Problem(variable, f"{connector.name} cannot be a {role}; it can be a {' or '.join(others) or 'nothing'}")]
