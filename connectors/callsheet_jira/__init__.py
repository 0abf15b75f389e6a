"""Jira as the tracker: Cloud (API v3, ADF) and Data Center (API v2, wiki markup). See README.md beside this file."""

from callsheet.connect.registry import Connector
from callsheet_jira import receiver
from callsheet_jira.connector import build
from callsheet_jira.options import JiraOptions

CONNECTOR = Connector(name="jira", options=JiraOptions, tracker=build, receiver=receiver.build)

__all__ = ["CONNECTOR"]
