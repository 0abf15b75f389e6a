"""Drafter `openai`: texts about an incident, drafted by a model behind any OpenAI-compatible endpoint."""

from callsheet_openai.connector import CONNECTOR

__all__ = ["CONNECTOR"]
