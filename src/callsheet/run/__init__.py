"""Hands: gather facts, run cycles, carry out effects, keep the schedule."""
