"""Nouns: frozen values that every room may see. No I/O, no clock, no pydantic."""
