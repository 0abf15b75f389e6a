"""What a form of blame is, before `review/hindsight.py` and `review/neglect.py` list them."""

from dataclasses import dataclass

from callsheet.model.review import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of blame. `spares` are the ways in which a sentence that has it is none after all.

    `negated`: a “not” or “no” stands before it. `explained`: the sentence gives the reason. `asked`: it is a question.
    `reasoned`: it does so in words that mean no consequence. `allowed`: it tells what something lets people do.
    """

    rule: Rule
    form: str
    spares: frozenset[str] = frozenset()


def form(rule: Rule, *parts: str, spares: str = "") -> Form:
    """A form from its alternatives; `spares` by name, a space between."""
    return Form(rule=rule, form="|".join(parts), spares=frozenset(spares.split()))
