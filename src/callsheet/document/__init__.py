"""The post-mortem as text and back, pure: regions, the call sheet, people's edits, the merge."""
