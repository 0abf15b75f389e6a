"""Judging words, pure: the blame linter, scores of summaries and updates, checks of timelines and action items."""
