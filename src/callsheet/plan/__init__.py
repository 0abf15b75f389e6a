"""Verbs, pure: what is known, the rules and the time go in; effects with keys and reasons come out."""
