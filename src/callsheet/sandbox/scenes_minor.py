"""P3 to P5 stories and the odd ones: a merge, a reopening, a hostile title, entry types that nobody documented."""

from __future__ import annotations

from callsheet.sandbox.scenes import Scene, line

BATCH = Scene(
    name="batch",
    title="{svc}: nightly export is late",
    priority="P4",
    urgency="low",
    minutes=41,
    lines=(
        line(15, "a", "The export waits for a lock that the previous run left behind."),
        # Below the usual policy, and still somebody promised something: explicit actions count.
        line(43, "a", "ACTION: Make the export lock expire after one hour @{a} due {iso+13}"),
    ),
)

BLIP = Scene(
    name="blip",
    title="{svc}: health check flapping on one node",
    priority="P5",
    urgency="low",
    minutes=12,
    lines=(line(9, "a", "One node, drained it. Nothing to see in {dash}"),),
)

SLOW_IMAGE = Scene(
    name="slow-image",
    title="{svc}: image resizing takes 8 s",
    priority="P3",
    urgency="low",
    minutes=66,
    lines=(
        line(20, "a", "Large uploads only. I think the new camera app sends 48 megapixels."),
        line(60, "a", "Limited to 20 megapixels for now."),
    ),
)

PARTNER = Scene(
    name="partner",
    title="{svc}: shipping partner answers 503",
    priority="P3",
    urgency="high",
    minutes=128,
    lines=(
        line(11, "a", "Their status page is green, their API is not."),
        line(117, "b", "They fixed it. We did nothing but wait, and showed the fallback price."),
    ),
)

STAGING = Scene(name="staging", title="{svc}: staging is down", priority="P4", urgency="low", minutes=25)

CRON = Scene(
    name="cron",
    title="{svc}: clean-up job failed three times",
    priority="P5",
    urgency="low",
    minutes=30,
    lines=(line(28, "b", "Ran it by hand. Passed."),),
)

MEMORY = Scene(
    name="memory",
    title="{svc}: one pod out of memory",
    priority="P3",
    urgency="low",
    minutes=22,
    lines=(line(18, "a", "Restarted by itself. Heap dump is in the bucket, see {runbook}"),),
)

MINOR = (BLIP, SLOW_IMAGE, PARTNER, STAGING, CRON, MEMORY, BATCH)

LIVE = Scene(
    name="live",
    title="{svc}: payment confirmations delayed",
    priority="P2",
    urgency="high",
    minutes=110,
    status="Confirmations arrive late, payments are safe.",
    lines=(
        line(8, "a", "Confirmed. Queue is fine, the sender is slow."),
        line(21, "b", "I think the mail relay throttles us since the campaign started."),
        line(118, "b", "ACTION: Separate relay for campaigns @{b} due {day+20} P2"),
    ),
)

MERGE_TARGET = Scene(
    name="merge-target",
    title="{svc}: 5xx on every endpoint",
    priority="P1",
    urgency="high",
    minutes=58,
    status="The shop is down for some customers. We are on it.",
    deploy="Roll out the new ingress configuration",
    lines=(
        line(7, "a", "All endpoints at once: that is the ingress, not us. {deploy} started four minutes before."),
        line(19, "c", "Merging the second page into this one, same cause."),
        line(34, "b", "Ingress is back on the old configuration."),
        line(64, "c", "ACTION: Stage ingress changes per region @{b} due {day+17} P1\nTODO: Diff before apply @{a}"),
    ),
)

MERGE_SOURCE = Scene(
    name="merge-source",
    title="{svc}: error budget burns 14 times too fast",
    priority="P2",
    urgency="high",
    minutes=10,
    quirk="merged",
    lines=(line(6, "b", "Same moment, same errors. I believe this is one and the same incident."),),
)

REOPENED = Scene(
    name="reopened",
    title="{svc}: duplicate charges",
    priority="P2",
    urgency="high",
    minutes=47,
    quirk="reopened",
    status="A few customers were charged twice. Refunds run.",
    lines=(
        line(14, "a", "23 customers. The retry ignored the idempotency key."),
        line(44, "a", "Retry is off, closing."),
        line(75, "b", "It is back: two more. HOLD: no refunds by hand, finance has a script."),
        line(
            140,
            "a",
            "Now it is really off.\n"
            "ACTION: Idempotency key on every retry of a charge @{a} due {iso+6} P1\n"
            "ACTION: Daily report of duplicate charges to finance @{b} due {day+19}",
        ),
    ),
)

NO_PRIORITY = Scene(
    name="no-priority",
    title="{svc}: synthetic check fails from Osaka",
    priority=None,
    urgency="low",
    minutes=35,
    lines=(line(21, "a", "Only from one probe. Probably their line."),),
)

NASTY = Scene(
    name="nasty-title",
    title=(
        '<script>alert("{slug}")</script> **{svc}** | [click](javascript:alert(1)) {{7*7}} <!channel> '
        "h1. `rm -rf` {color:red}|x|{color} =cmd()"
    ),
    priority="P2",
    urgency="high",
    minutes=33,
    lines=(
        line(9, "a", "The title is what the monitor sent. | It breaks tables | <b>and</b> worse. [~admin] @here"),
        line(
            37,
            "a",
            "ACTION: Escape <img src=x onerror=alert(1)> in *monitor* | titles {panel} @{a} due {iso+11}\n"
            'ACTION: Quote "labels = x" OR project = OPS in searches @{b} due {day+13}',
        ),
    ),
)

UNKNOWN = Scene(
    name="unknown-types",
    title="{svc}: stale prices in the basket",
    priority="P3",
    urgency="high",
    minutes=49,
    quirk="unknown",
    lines=(line(16, "a", "Price cache of one node did not hear the invalidation."),),
)

FORGOTTEN = Scene(
    name="forgotten",
    title="{svc}: certificate of the old reporting host expires",
    priority="P4",
    urgency="low",
    minutes=None,
    quirk="leaver",
    lines=(line(30, "leaver", "I will do this when the new host is up."),),
)

ABANDONED = Scene(
    name="abandoned",
    title="{svc}: weekly reconciliation differs by 0.3 %",
    priority="P3",
    urgency="low",
    minutes=None,
    lines=(line(55, "a", "Differs since the rounding change. Not urgent, still wrong."),),
)
