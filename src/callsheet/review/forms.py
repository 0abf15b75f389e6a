"""The forms that blame takes, as data for `review/blame.py`: what to look for, and when it is not meant.

In a form `<who>` stands for a person, role or team as a subject, `<owner>` for one before an apostrophe, `<adv>` for
what may stand between a subject and its verb, and the other words in brackets for the lists below.
"""

from dataclasses import dataclass
from typing import Final

from callsheet.model.review import Rule
from callsheet.review.lexicon import any_of

LISTS: Final = {
    "adv": (
        r"(?:\s+(?:also|just|then|once again|again|never|always|still|even|had|has|have|\w+ly|who|that|"
        r"on (?:duty|call|shift)))*"
    ),
    "have": r"(?:n[’']t| not| never)?(?: \w+ly| also| at least| just| simply)? have",
    "production": (
        r"(?:prod(?:uction)?|(?:the |our )?(?:whole |entire |\w+ )?"
        r"(?:site|service|system|platform|cluster|database|app|api|checkout|build))"
    ),
    "disaster": any_of(
        "outage incident failure downtime disruption regression bug defect problem crash mess error issue"
    ),
    "slip": any_of(
        "mistakes? errors? blunders? slip(?:-up)?s? oversights? negligence carelessness fault incompetence",
        "inattention typos? mess",
    ),
    "spoilt": any_of(
        "broke botched bungled fumbled ruined wrecked misconfigured mistyped mishandled mismanaged misjudged caused",
        "(?:messed|screwed)_(?:it_|this_|that_|things_)?up blew_(?:it|up) got_it_wrong dropped_the_ball",
        "let_(?:the_team|us|everyone|(?:the_)?customers)_down",
    ),
    "sent": any_of(
        "pushed shipped deployed merged released committed ran typed deleted dropped restarted picked chose used"
    ),
    "unfit": any_of("bad broken wrong faulty untested unreviewed buggy incorrect"),
    "hapless": any_of("mistakenly erroneously wrongly accidentally inadvertently incorrectly foolishly"),
    "notice": any_of(
        "caught tested checked reviewed noticed spotted seen verified known done obvious avoided prevented escalated",
        "read followed communicated told raised merged deployed validated documented handled fixed found picked_up",
        "questioned announced asked rolled_back more",
    ),
    "omitted": any_of(
        "fail(?:ed|s)?_(?:to|in|at) neglected forgot(?:ten)? omitted refused_to ignored overlooked slept_through",
        "fell_asleep panicked wasted gave_up skipped disregarded dismissed bypassed cut_corners sat_on took_too_long",
        "(?:was|were)_(?:asleep|distracted|too_slow) reacted_too_(?:late|slow) waited_(?:far_|much_|way_)?too_long",
        "waited_so_long took_so_long rushed hurried gambled looked_away lost_control made_(?:things|it|matters)_worse",
        "took_no_notice turned_a_blind_eye had_no_business chose_to_(?:ignore|look_away|skip)",
    ),
    "goal": any_of("slo sla target objective goal deadline"),
    "duty": any_of(
        "check(?:ed)? test(?:ed)? follow(?:ed)? read verif(?:y|ied) validated? review(?:ed)? escalated?",
        "communicated? bother(?:ed)? think thought pay paid double-check(?:ed)? cared? listen(?:ed)? noticed?",
        "spot(?:ted)? inform(?:ed)? tell told warn(?:ed)? document(?:ed)? ask(?:ed)? question(?:ed)? look(?:ed)?",
        "consider(?:ed)? take_(?:it_)?serious do_(?:his|her|their)_job coordinated? prepared? announced? raised?",
    ),
    "checking": any_of(
        "checking testing reading asking verifying thinking looking reviewing telling considering consulting following",
        "a_second_thought approval permission",
    ),
    "well": any_of("properly adequately carefully thoroughly correctly sufficiently diligently"),
    "verdict": any_of(
        "careless(?:ly|ness)? negligen(?:t|tly|ce) reckless(?:ly|ness)? slopp(?:y|ily|iness) laziness clueless dumb",
        "incompeten(?:t|ce|tly) stupid(?:ly|ity)? idiot(?:ic)?s? inattenti(?:ve|on) irresponsib(?:le|ly|ility)",
        "unprofessional(?:ly|ism)? thoughtless(?:ly)? foolish(?:ly)? hast(?:y|ily) inexcusabl[ey] clums(?:y|ily)",
        "shameful embarrassing complacen(?:t|cy) amateurish half-hearted(?:ly)? blindly rookie incapable ignorant",
        "ignorance overconfiden(?:t|ce)",
    ),
    "virtue": any_of(
        "care attention diligence discipline ownership competence judge?ment effort skill common_sense rigou?r"
    ),
    "careful": any_of("careful attentive diligent vigilant cautious disciplined responsible thorough"),
    "fellows": any_of("engineers? everyone team developers? staff people operators?"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of blame. `spares` are the ways in which a sentence that has it is none after all.

    `negated`: a “not” or “no” stands before it. `explained`: the sentence gives the reason. `asked`: it is a question.
    """

    rule: Rule
    form: str
    spares: frozenset[str] = frozenset()


def _form(rule: Rule, *parts: str, spares: str = "") -> Form:
    return Form(rule=rule, form="|".join(parts), spares=frozenset(spares.split()))


HINDSIGHT: Final = (
    _form(
        Rule.SHOULD_HAVE,
        r"<who><adv>\s+(?:should|ought to|must)<have>\b",
        r"\bshould(?:n[’']t)? <who> (?:not )?have\b",
        r"<who><adv>\s+(?:was|were) (?:supposed|expected|meant) to\b",
        r"\b(?:should|ought to)<have> been (?:\w+ly )?<notice>",
        r"\b(?:testing|reviews?|qa|this|that|it|which)\s+should<have> (?:caught|spotted|noticed|known)\b",
        r"\bshould never have (?:been|happened)\b",
        r"<who><adv>\s+should(?: \w+ly)? know\b|\bshould(?: have)? known? better\b|\bknew better\b",
    ),
    _form(
        Rule.COUNTERFACTUAL,
        r"<who><adv>\s+(?:could|might|would)(?: \w+ly| also| at least| just| simply)? have\b(?! been (?:paged|told))",
        r"\bif only\b",
        r"\bhad <who>\s+(?:\w+ly |not |only |just |at least )*\w+",
        r"\bif <who><adv>\s+(?:hadn[’']t|would have)\b|\bif <who>\s+had\b",
        r"\b(?:could|would|might) (?:\w+ly )?have (?:\w+ly )?been (?:\w+ly )?(?:avoided|prevented|averted|caught)\b",
        r"\bwould(?:n[’']t| not| never) (?:ever )?have happened\b",
        r"\b(?:easily|entirely|completely|totally|perfectly|clearly) (?:avoid|prevent)(?:able|ed)\b",
        spares="asked",
    ),
)

FAULTS: Final = (
    _form(
        Rule.HUMAN_ERROR,
        r"\b(?:human|operator|user|pilot|engineer|manual|admin) (?:error|mistake|failure|fault)s?\b"
        r"(?! (?:budget|rate|message|handling|is (?:not|never|no)\b|was not))",
        r"\bfat[- ]finger\w*\b|\bpebkac\b|\bbetween (?:the )?keyboard and (?:the )?chair\b|\bfinger trouble\b",
        spares="negated",
    ),
    _form(
        Rule.FAULT,
        r"<who><adv>\s+<spoilt>",
        r"<who><adv>\s+(?:created|triggered|introduced) (?:the|this|an?) (?:\w+ )?<disaster>",
        r"<who><adv>\s+(?:(?:took|brought) (?:down )?<production>(?: down)?|killed <production>)\b",
        r"<who><adv>\s+<sent>(?: out)?(?: an?| the)?(?: \w+)? <unfit>",
        r"<who><adv>\s+(?:made|makes?|committed) (?:an?|the|another|this|that|some|several|two|many) (?:\w+ ){0,3}"
        r"(?:<slip>|(?:bad|wrong|poor) (?:call|decision|choice))",
        r"<who><adv>\s+(?:is|are|was|were) (?:\w+ly )?"
        r"(?:to blame|at fault|guilty|responsible for (?:the|this) (?:\w+ )?<disaster>)",
        r"<who><adv>\s+<hapless>|<hapless> \w+ (?:\w+ )?by <who>",
        r"<slip> (?:made )?(?:by|of|from|on the part of|on) <who>",
        r"<owner>[’']s? (?:own )?(?:\w+ ){0,2}<slip>",
        r"<owner>[’']s? (?:\w+ )?(?:failure|inability|refusal|unwillingness|reluctance|neglect) to\b",
        r"\b(?:failure|inability|refusal|unwillingness) (?:of|by|on the part of) <who>",
        r"\b(?:my|your|his|her|our|their) (?:own )?(?:\w+ )?<slip>",
        (
            r"\b(?:blame|fault)\b(?: for (?:\w+ ){1,4})? ?(?:\w+ly )?(?:lies|rests|falls|belongs|goes|is) (?:\w+ly "
            r")?(?:with|on|to)\b"
        ),
        r"\b(?:who|whoever) (?:is|was) to blame\b|\bwe blame\b|\bthe culprit (?:is|was) <who>",
        spares="negated",
    ),
    _form(
        Rule.FAULT,
        r"\b(?:caused|broken|botched|introduced|misconfigured|taken down|brought down) (?:\w+ly )?by <who>"
        r"(?! \w+(?:ing|ed)\b)",
        r"\b(?:due to|because of|thanks to|owing to|down to|attributed to) <who>(?! \w+(?:ing|ed)\b)\s*(?:[.,;]|$)",
        r"<owner>[’']s? (?:\w+ ){0,3}(?:<spoilt>|crashed\b|(?:took|brought) (?:down )?<production>(?: down)?\b)",
    ),
)

OMISSIONS: Final = (
    _form(
        Rule.FAILED_TO,
        r"<who><adv>\s+(?:<omitted>|missed (?!(?:the|our|its|their) (?:\w+ )?<goal>))",
        r"\b(?:was|were) (?:not|never) <well> \w+",
        r"\b(?:procedure|process|runbook|checklist|policy|instruction|rule|protocol)s? (?:was|were) "
        r"(?:ignored|(?:simply )?(?:not|never) (?:followed|read|respected|observed))\b",
        r"<who>.*\bwithout (?:even |so much as |first |properly |really )*<checking>",
    ),
    _form(
        Rule.FAILED_TO,
        r"<who><adv>\s+(?:did not|didn[’']t|had not|hadn[’']t|never|have not|haven[’']t|would not|wouldn[’']t)"
        r"(?: \w+ly| even| once| bother to| think to| take the (?:time|trouble|care) to| thought to| cared to)* <duty>",
        r"\b(?:nobody|no one|no-one|none of (?:us|them|the \w+))(?: \w+ly| even| ever| had)* "
        r"(?:<duty>|(?:took (?:ownership|charge|the (?:time|trouble|care))|stepped up|did anything|reacted)\b)",
        spares="explained",
    ),
)

VERDICTS: Final = (
    _form(
        Rule.JUDGEMENT,
        r"<verdict>|\blazy\b(?!\W+(?:load|init|eval|import|connect|fetch|bind))",
        r"\black of <virtue>",
        (
            r"\b(?:poor|bad|weak) (?:judge?ment|leadership|attitude|discipline|(?:decision(?:-making)?|planning) (?:by|"
            r"from|on))\b"
        ),
        r"(?:\bnot|n[’']t) (?:been )?(?:very |really )?(?:paying attention|careful|competent|attentive)\b",
        spares="negated",
    ),
    _form(
        Rule.JUDGEMENT,
        r"\bany (?:competent|good|decent|reasonable|experienced|half-decent|real) (?:\w+ )?"
        r"(?:engineer|developer|operator|person|admin|sre|team|dba)\b",
        r"\bcommon sense\b|\bof all people\b|\bbe ashamed\b|\bobvious(?:ly)? (?:mistake|error|wrong)\b",
        r"\bobvious to (?:anyone|everyone|anybody|everybody)\b|\bclearly (?:not|un)\w* (?:qualified|ready|capable)\b",
        r"\bnot up to (?:the|his|her|their|it)\b|\basleep at the wheel\b|\bobvious (?:from|that)\b",
        (
            r"\b(?:any|every)(?:one|body) (?:with|who)\b.*\bknows?\b|\b(?:there|plain) for (?:all|everyone) to see\b|"
            r"\bplain to see\b"
        ),
        (
            r"\b(?:hard to (?:understand|see|believe|explain)|(?:no|little) excuse|inexplicabl[ey])\b.*\b(?:why|how|"
            r"that|for) <who>"
        ),
    ),
    _form(
        Rule.DISCIPLINE,
        r"\b(?:be|being|been) (?:much |a lot )?(?:more|extra) <careful>|\bmore careful(?:ly)?\b",
        r"\bpay (?:more|closer|better) attention\b|\btr(?:y|ies|ied) harder\b|\btak(?:e|es|ing) more care\b",
        r"\bdisciplin(?:ed for|ary)\b|\breprimand\w*\b|\b(?:written|formal|verbal|final|official) warning\b",
        r"\b(?:held?|holding|be) (?:\w+ ){0,4}accountable\b|\b(?:his|her|their|your) lesson\b",
        r"\bperformance (?:review|plan|improvement)\b|\b(?:must|will|should) (?:never|not) happen again\b",
        r"\bretrain(?:ed|ing)?\b(?! (?:the )?(?:model|classifier|detector))",
        r"\bneeds? (?:more |better |further )?training\b|\bneeds? to (?:learn|step up|(?:get|communicate|do) better)\b",
        r"\b(?:needs?|has|have) to be reminded\b|\bwill be (?:reminded|spoken to|talked to|removed from)\b",
        (
            r"\brepeat offenders?\b|\bwill (?:lose|be denied|be stripped of) (?:\w+ )?access\b|"
            r"\b(?:there will be|face) consequences\b"
        ),
        r"\bremind(?:ed)? (?:all |the |every|our )?(?:\w+ )?<fellows>|\bmust (?:learn|do better)\b",
    ),
)

FORMS: Final = (*HINDSIGHT, *FAULTS, *OMISSIONS, *VERDICTS)

HINTS: Final = {
    Rule.SHOULD_HAVE: "Hindsight. Tell what they did and what made it sensible then; put the wish on the call sheet.",
    Rule.HUMAN_ERROR: "A slip is a symptom. Ask what let one slip reach so far, and write that.",
    Rule.FAULT: "Say what the system made easy, hid or allowed, and leave the person out.",
    Rule.FAILED_TO: "Tell what they did do, what they could see, and what would have shown them more.",
    Rule.COUNTERFACTUAL: "This did not happen. Describe what did, and what in the system led there.",
    Rule.JUDGEMENT: "A verdict on a person explains nothing. Describe the conditions: time, load, tools, signals.",
    Rule.DISCIPLINE: "Being told to try harder changes nothing. Name a change to a tool, a guard or a habit.",
}
