"""PagerDuty as a paging source: incidents in, one note per incident out. `connector.py` is where to start reading."""

from callsheet.connect.registry import Connector
from callsheet_pagerduty import receiver
from callsheet_pagerduty.connector import build
from callsheet_pagerduty.options import PagerDutyOptions

CONNECTOR = Connector(name="pagerduty", options=PagerDutyOptions, source=build, receiver=receiver.build)

__all__ = ["CONNECTOR"]
