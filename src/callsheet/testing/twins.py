"""In-memory twins of every port: plain behaviour, and switches for what goes wrong in the world."""

from callsheet.testing.faults import Faults
from callsheet.testing.memory_channels import MemoryNotifier, MemoryPublisher, Message
from callsheet.testing.memory_source import MemorySource
from callsheet.testing.memory_tracker import MemoryTracker

__all__ = ["Faults", "MemoryNotifier", "MemoryPublisher", "MemorySource", "MemoryTracker", "Message"]
