"""Guards hold back surprises: their own kind of effect, not the cycle."""

from dataclasses import replace

from callsheet.model.effect import Effect, FileTicket, Guard, Plan, Reason, Refusal, TransitionTicket, UpdateTicket

FILINGS = (FileTicket,)
CHANGES = (UpdateTicket, TransitionTicket)
# A person named each of these items when the season was closed; what they asked for is no surprise.
ASKED = frozenset({Reason.ITEM_RENEWED, Reason.SEASON_MOVED})


def guarded(
    plan: Plan,
    *,
    filings_a_cycle: int,
    filed_before: int,
    approved: frozenset[str],
    force: bool,
    changed_before: int = 0,
) -> Plan:
    """The plan without mass writes of ours, unless a person approved them or forces them.

    One limit counts for tickets that would be filed and, by itself, for tickets that would be changed. `filed_before`
    and `changed_before` count what earlier rounds of the same cycle did.
    """
    for kinds, before, refusal in (
        (FILINGS, filed_before, _refusal("too-many-filings", Guard.TOO_MANY_FILINGS, "filed")),
        (CHANGES, changed_before, _refusal("too-many-changes", Guard.TOO_MANY_CHANGES, "changed")),
    ):
        found = sum(_counts(effect, kinds) for effect in plan.effects)
        if found and found + before > filings_a_cycle and not force and refusal.id not in approved:
            kept: tuple[Effect, ...] = tuple(effect for effect in plan.effects if not _counts(effect, kinds))
            told = replace(refusal, what=refusal.what.format(found=found + before, limit=filings_a_cycle))
            plan = replace(plan, effects=kept, refused=(*plan.refused, told))
    return plan


def _counts(effect: Effect, kinds: tuple[type[Effect], ...]) -> bool:
    return isinstance(effect, kinds) and effect.reason not in ASKED


def _refusal(refusal_id: str, guard: Guard, done: str) -> Refusal:
    return Refusal(
        id=refusal_id,
        guard=guard,
        what=(
            f"{{found}} tickets would be {done} in one cycle, more than {{limit}} (filings_a_cycle in the policy). "
            f"Look at `callsheet plan`; then `callsheet approve {refusal_id}` for the daemon, or --force on the "
            "command line"
        ),
    )
