"""Shipped for connector authors: contract suites to inherit, twins of every port, builders, and a clock."""
