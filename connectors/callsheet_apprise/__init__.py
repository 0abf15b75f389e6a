"""Notifier `apprise`: nudges to Slack, Teams, e-mail and a hundred more, each by one URL."""

from callsheet_apprise.connector import CONNECTOR

__all__ = ["CONNECTOR"]
