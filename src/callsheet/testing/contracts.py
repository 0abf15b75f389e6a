"""Contract suites for connector authors: inherit one, give it a bench, and pytest runs what the port promises.

    class TestMyPublisher(PublisherContract):
        @pytest.fixture
        def bench(self, tmp_path):
            return PublisherBench(open=lambda: MyPublisher(...), edit=..., remove=...)

A bench is the real thing over a place that the test owns, with the hands of a person who works there. Needs pytest.
"""

from callsheet.testing.notifier_contract import NotifierBench, NotifierContract
from callsheet.testing.publisher_contract import PublisherBench, PublisherContract, document
from callsheet.testing.source_contract import SourceBench, SourceContract
from callsheet.testing.tracker_contract import TrackerBench, TrackerContract

__all__ = [
    "NotifierBench",
    "NotifierContract",
    "PublisherBench",
    "PublisherContract",
    "SourceBench",
    "SourceContract",
    "TrackerBench",
    "TrackerContract",
    "document",
]
