"""P1 and P2 stories. Together their notes hold an action item in every form that people write one in."""

from __future__ import annotations

from callsheet.sandbox.scenes import Scene, line

POOL = Scene(
    name="pool",
    title="{svc}: p99 latency above 4 s",
    priority="P1",
    urgency="high",
    minutes=74,
    status="Customers see slow pages at checkout. We have found the cause and are rolling back.",
    deploy="Lower the connection pool limit to save memory",
    lines=(
        line(6, "a", "Looking. p99 on {dash} went from 180 ms to 4.2 s within a minute."),
        line(14, "b", "I think it is the connection pool: 200 of 200 in use and the wait queue grows."),
        line(22, "a", "BELIEF: {deploy} halved the pool. Reading the diff now."),
        line(33, "c", "HOLD: do not fail over the database, the replica is 90 s behind."),
        line(47, "a", "Rolled back {deploy}. p99 is 1.1 s and falling."),
        line(
            95,
            "a",
            "Quiet for 20 minutes, closing the bridge.\n"
            "ACTION: Update runbook for API latency issues @engineer_handle due {day+21} P2\n"
            "ACTION: Alert when the pool wait time exceeds 500 ms @{a} due {iso+9} P1\n"
            "TODO: Load-test the pool limit in staging @{b} due in 2 weeks",
        ),
    ),
)

CERTIFICATE = Scene(
    name="certificate",
    title="{svc}: TLS handshakes to the card network fail",
    priority="P1",
    urgency="high",
    minutes=52,
    status="Card payments fail for about a third of customers. A new certificate is on its way.",
    lines=(
        line(5, "a", "Handshake errors only, plain health checks are green. Looks like a certificate to me."),
        line(12, "b", "I was sure that the renewal job ran last night. Its last success is 61 days ago."),
        line(19, "c", "We assumed the alert on expiry covers this host. It does not, see {runbook}."),
        line(41, "b", "New certificate is live on all nodes, handshakes recover."),
        line(
            66,
            "c",
            "Action Item: Alert 21 days before any certificate expires\n"
            "Owner: @{b}\n"
            "Due: {iso+12}\n"
            "\n"
            "Action Item: Page the owning team when the renewal job fails twice\n"
            "Owner: {A}\n"
            "Due: {day+18}",
        ),
        line(71, "a", "The next action: wait for the card network to confirm. We took action: restarted nothing."),
    ),
)

CACHE = Scene(
    name="cache",
    title="{svc}: error rate at 12 %",
    priority="P2",
    urgency="high",
    minutes=38,
    status="Search results are incomplete for some visitors.",
    deploy="Switch the cache key to include the locale",
    lines=(
        line(7, "a", "Errors started with {deploy}. Cache hit rate fell from 96 % to 11 %, {dash}"),
        line(11, "b", "Maybe a hot shard, maybe cold caches. Checking both."),
        line(25, "a", "It was the cache key. Every locale misses now, the backend cannot take it."),
        line(
            44,
            "a",
            "- [ ] Warm the cache before switching keys @{a} due {day+10}\n"
            "- [ ] Shed load when the hit rate drops below 50 % @{b} P2 due {day+24}\n"
            "- [x] Tell support",
        ),
    ),
)

REPLICATION = Scene(
    name="replication",
    title="{svc}: replication lag over 10 minutes",
    priority="P2",
    urgency="high",
    minutes=96,
    status="Balances may be up to ten minutes old. No money is lost.",
    lines=(
        line(9, "a", "Lag started with the nightly rebuild. BELIEF: one long transaction blocks the apply."),
        line(24, "b", "HOLD: no schema changes until the replica has caught up."),
        line(58, "a", "I thought it was the network. It is a single 40-minute DELETE from the clean-up job."),
        line(
            101,
            "a",
            "Killed the DELETE, lag is zero.\n"
            "ACTION: Delete in batches of 5000 rows @{a} due Friday\n"
            "AI: Lag alert at 60 seconds instead of 600 @weber due {iso+14}\n"
            "ACTION: Write down how to find the blocking transaction, see {runbook}",
        ),
        line(
            104,
            "b",
            "For the record, the query. Do not read this as a plan:\n```\n-- ACTION: drop the table @{b}\n"
            "DELETE FROM entries WHERE created_at < now() - interval '400 days';\n```",
        ),
    ),
)

LOGIN = Scene(
    name="login",
    title="{svc}: logins fail for enterprise customers",
    priority="P1",
    urgency="high",
    minutes=63,
    status="Enterprise customers cannot sign in. Passwords work, single sign-on does not.",
    deploy="Rotate the signing keys",
    lines=(
        line(8, "a", "Single sign-on only. The signature of the assertion is refused."),
        line(15, "b", "I think the new key was published after it was used. {deploy} went out at the same time."),
        line(39, "b", "Published the key by hand, the cache of the partners lives 30 minutes."),
        line(
            70,
            "c",
            "What we promised on the call:\n"
            "ACTION: Publish new keys 48 h before using them @{b} due {day+12} P1\n"
            "ACTION: Add a canary login per identity provider; owner {eb}; due {iso+20}\n"
            "TODO: Ask the partners for their cache times",
        ),
        line(72, "a", "> ACTION: blame the partner @{b}\nI quote this only because somebody joked about it. No."),
    ),
)

QUEUE = Scene(
    name="queue",
    title="{svc}: 1.4 million messages waiting",
    priority="P2",
    urgency="high",
    minutes=57,
    status="Order confirmations arrive late.",
    deploy="Upgrade the queue client to 5.0",
    lines=(
        line(10, "a", "Consumers are alive but idle. Depth grows by 900 a second, {dash}"),
        line(18, "a", "BELIEF: the new client commits nothing, it waits for a heartbeat that we disabled."),
        line(36, "b", "Back on client 4.8, depth falls. Expect 25 minutes to drain."),
        line(
            63,
            "b",
            "Action Item: Test the heartbeat setting in the client upgrade checklist\n"
            "Owner: @ana\n"
            "Due: {day+8}\n"
            "TODO: Alert on depth growing for 5 minutes, not on depth alone @{a} due {iso+11}",
        ),
    ),
)

DISK = Scene(
    name="disk",
    title="{svc}: primary database disk 97 % full",
    priority="P1",
    urgency="high",
    minutes=44,
    status="We pause writes for a few minutes while the database gets more disk.",
    lines=(
        line(4, "a", "97 % and 1 % more each three minutes. Pausing the import."),
        line(16, "b", "I believe the audit table is the one that grows. Retention job is off since the migration."),
        line(29, "c", "HOLD: nobody deletes by hand. We grow the volume first."),
        line(40, "a", "Volume is 2 TB now, retention is on again."),
        line(
            58,
            "a",
            "ACTION: Forecast disk use and page at 7 days left @{a} due {iso+16} P1\n"
            "ACTION: Check retention jobs after each migration @{c} due in 10 days\n"
            "ACTION: Document volume growth in {runbook} @{b}",
        ),
    ),
)

DNS = Scene(
    name="dns",
    title="{svc}: upstream names do not resolve in eu-central",
    priority="P2",
    urgency="high",
    minutes=31,
    status="One region is slow, traffic moves to the other one.",
    lines=(
        line(5, "a", "Only eu-central. Resolver pods restart every 40 s, out of memory."),
        line(13, "b", "Perhaps the search domain list: each look-up becomes six. See {dash}"),
        line(27, "a", "Doubled the resolver memory, names resolve."),
        line(
            42,
            "a",
            "TODO: Cut the search domains to one @{a} due {day+7}\n"
            "TODO: Resolver memory alert at 80 % (owner: {B}) due {day+14} P3",
        ),
    ),
)

FLAG = Scene(
    name="flag",
    title="{svc}: basket empties itself on mobile",
    priority="P2",
    urgency="high",
    minutes=83,
    status="Some mobile customers lose their basket. We have switched the experiment off.",
    deploy="Turn on experiment basket-merge for 50 %",
    lines=(
        line(12, "b", "Support has 41 tickets. All on the app, all in the experiment group."),
        line(31, "a", "I assumed the merge keeps the newer basket. It keeps the longer session, often an empty one."),
        line(52, "a", "Experiment is off. New baskets are safe, lost ones are lost."),
        line(
            90,
            "b",
            "ACTION: Restore baskets from the event log @{a} due {iso+5} P1\n"
            "ACTION: Kill switch for every experiment that writes @{b} due {day+25}\n"
            "ACTION: Add basket loss to the experiment guard metrics, {C} by {iso+15}",
        ),
    ),
)

MAJOR = (POOL, CACHE, CERTIFICATE, REPLICATION, LOGIN, QUEUE, DISK, DNS, FLAG)
