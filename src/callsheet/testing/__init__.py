"""Shipped for connector authors: contract suites that they inherit, and a clock that they turn by hand."""
