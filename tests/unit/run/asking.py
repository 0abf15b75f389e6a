"""What people ask for beside the daemon, in the world that tests of `run` share."""

from callsheet.run import asks
from callsheet.run.takeover import Wished, wish
from tests.unit.run.world import World


def wished(world: World, word: str, *, force: bool = False, title: str = "Add an alert") -> Wished:
    """Somebody names a ticket for an item."""
    with world.app() as app:
        return wish(app, world.item(title).key, word, force=force)


def retried(world: World) -> asks.Retried:
    """Somebody asks for the item to be tried again."""
    with world.store() as store:
        return asks.retry(store, world.item().key, world.clock.now())


def dropped(world: World) -> asks.Dropped:
    """Somebody drops the item."""
    with world.store() as store:
        return asks.drop(store, world.item().key, "not worth it", world.clock.now())
