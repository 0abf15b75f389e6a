"""Callsheet keeps the promises that post-mortems make. Start reading at `docs/life-of-an-incident.md`."""

__version__ = "0.1.0"
