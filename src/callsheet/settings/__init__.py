"""What the operator told us: env files, environment and policy, read and checked -> one frozen Configuration."""

from callsheet.plan.policy import Mode
from callsheet.settings.configuration import Configuration, Unusable, load
from callsheet.settings.core import Settings
from callsheet.settings.duration import duration
from callsheet.settings.local import Local, local, policy_path
from callsheet.settings.policy_file import check_policy, policy_hints, read_policy, schema

__all__ = [
    "Configuration",
    "Local",
    "Mode",
    "Settings",
    "Unusable",
    "check_policy",
    "duration",
    "load",
    "local",
    "policy_hints",
    "policy_path",
    "read_policy",
    "schema",
]
