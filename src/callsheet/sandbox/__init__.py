"""A pretend PagerDuty and Jira over HTTP, with a seeded world, its own clock, and faults on demand.

A second reading of the vendors' API facts: it shares no code with the connectors and meets them over HTTP only.
Start at `server.py` (the `Sandbox` class), then `world.py` (what there is) and `pagerduty.py` / `jira.py` (the routes).
"""
