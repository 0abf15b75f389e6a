"""Guards hold back surprises: their own kind of effect, not the cycle."""

from dataclasses import replace

from callsheet.model.effect import Effect, FileTicket, Guard, Plan, Refusal


def guarded(plan: Plan, *, filings_a_cycle: int, filed_before: int, approved: frozenset[str], force: bool) -> Plan:
    """The plan without mass filings of ours, unless a person approved them or forces them.

    `filed_before` counts what earlier rounds of the same cycle filed.
    """
    filings = sum(isinstance(effect, FileTicket) for effect in plan.effects)
    refusal = Refusal(
        id="too-many-filings",
        guard=Guard.TOO_MANY_FILINGS,
        what=(
            f"{filings + filed_before} tickets would be filed in one cycle, more than {filings_a_cycle} "
            "(filings_a_cycle in the policy). Look at `callsheet plan`; then `callsheet approve too-many-filings` "
            "for the daemon, or --force on the command line"
        ),
    )
    if not filings or filings + filed_before <= filings_a_cycle or force or refusal.id in approved:
        return plan
    kept: tuple[Effect, ...] = tuple(effect for effect in plan.effects if not isinstance(effect, FileTicket))
    return replace(plan, effects=kept, refused=(*plan.refused, refusal))
