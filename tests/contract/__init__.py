"""The contract rig: exchanges held against the vendors' official descriptions (`official.py`)."""
