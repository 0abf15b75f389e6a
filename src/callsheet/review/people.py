"""Who a sentence speaks of: people, by role, pronoun, handle or name. Anything else is a system."""

import re
from collections.abc import Iterable
from typing import Final

from callsheet.review.lexicon import any_of, listed

# Roles that only people play, whatever stands before them: “the traffic team”.
ROLES: Final = any_of(
    "engineers? developers? administrators? sysadmins? admins? dbas? sres? programmers? authors? reviewers? approvers?",
    "committers? leads? commanders? analysts? architects? interns? contractors? colleagues? new_hires? apprentices?",
    "employees? persons? people humans? teams? squads? crews? staff on-calls? on_call oncallers? oncall devops",
    "first_responders? leadership management maintainers? testers? newcomers? trainees? departments? supervisors?",
    "technicians? consultants? integrators? operators managers directors responders",
    "(?:team|shift|squad|project|tech|delivery)_leaders? (?:service|support|help)_desk",
    "(?:database|network|platform|storage|infrastructure|operations|engineering|development|management)_groups?",
)
# Words that also name software (“the consumer group”, “the leader”): people only right after an article or a word of
# BEFORE.
AMBIGUOUS: Final = any_of("operator manager owners? responder director deployers? leaders? groups? shifts? vendors?")
# Software, users and agents are what the words below mean, unless a word of BEFORE says otherwise.
RARELY: Final = any_of("agents? users?")
# People without an article; “support for” is none.
DESKS: Final = any_of("support ops qa")
PRONOUNS: Final = any_of(
    "he she they we you i nobody no_one no-one none_of_us none_of_them someone somebody everyone everybody",
    "anyone anybody whoever neither_of_them both_of_them",
)
# First names that people who read a strange draft know for people's; those of a cast are known anyway.
FIRST_NAMES: Final = listed(
    "Adam Ahmed Aiko Alan Alberto Alex Alexander Alice Alina Ali Amir Amy Ana Anders Andrea Andreas Andrew Angela",
    "Anita Anna Anne Antonio Arjun Arthur Ben Benjamin Bob Boris Brian Bruno Carla Carlos Carol Caroline Charles",
    "Charlotte Chen Chloe Chris Christian Claire Clara Daniel Dana David Deepak Diana Diego Dmitri Edward Elena",
    "Eli Elias Elise Elizabeth Emily Emma Eric Erik Eva Fatima Felix Fernando Fiona Francesca Frank George Giulia",
    "Grace Gustavo Hannah Hans Harry Helen Henry Hiroshi Hugo Ibrahim Ines Ingrid Isabel Ivan Jack Jacob James",
    "Jan Jane Jason Javier Jean Jens Jessica Joan Joanna Johan John Jonas Jorge Jose Joseph Juan Julia Julian",
    "Kate Katharina Kenji Kevin Lara Laura Lea Lena Leo Liam Linda Lisa Luca Lucas Lucia Luis Lukas Magnus Manuel",
    "Marco Maria Marie Mario Mark Markus Marta Martin Mary Matteo Matthew Max Maya Mei Michael Miguel Mike",
    "Mohamed Monica Nadia Nathan Nick Nicolas Nina Noah Noor Olga Oliver Olivia Omar Oscar Paul Paula Pedro Peter",
    "Philip Pierre Priya Rachel Rahul Raj Ravi Rebecca Richard Robert Rosa Ruth Sam Samuel Sandra Sara Sarah",
    "Sergei Simon Sofia Sophie Stefan Stephen Steve Susan Sven Thomas Tim Tobias Tom Victor Vikram Wei William",
    "Yuki Yusuf Zoe",
)
ARTICLE: Final = r"(?:the|our|an?|that|this|another|one of the|one of our|some|several|both|all|each|every|any)\s+"
# Words that may stand between an article and a role that software plays, too.
BEFORE: Final = any_of(
    "junior senior new primary secondary incident release on-call on_call oncall duty shift night outgoing incoming",
    "customer support other responsible tired inexperienced engineering product",
)
# The owner of a thing is no subject: “the team’s dashboard failed to load” speaks of a dashboard.
NOT_OWNER: Final = r"(?![’']s?\b|[’'](?=\s)|-)"


def human(names: Iterable[str]) -> str:
    """A regular expression for a person, a role or a team as a subject. `names` are those who took part."""
    return rf"{owner(names)}{NOT_OWNER}"


def owner(names: Iterable[str]) -> str:
    """The same for one who owns something: what follows may be an apostrophe."""
    known = {part for name in names for part in (name, *name.split()) if len(part) > 1} | FIRST_NAMES
    spelled = [re.escape(name) for name in sorted(known, key=len, reverse=True)]
    roles = (
        rf"(?:{ARTICLE})?(?:[\w-]+\s+){{0,2}}?{ROLES}",
        rf"(?:{ARTICLE}|{BEFORE}\s+)(?:{BEFORE}\s+)*{AMBIGUOUS}",
        rf"(?:{ARTICLE})?(?:{BEFORE}\s+)+{RARELY}",
        rf"(?:{ARTICLE})?(?:{BEFORE}\s+)*{DESKS}(?! for\b)",
    )
    # A name is written large: “mark” and “grace” are words as well.
    choices = "|".join([*roles, PRONOUNS, r"@[\w.-]+", rf"(?-i:{'|'.join(spelled)})"])
    return rf"(?<![\w@-])(?:{choices})\b"
