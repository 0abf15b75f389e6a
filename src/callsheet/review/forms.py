"""The forms that blame takes, as data for `review/blame.py`: what to look for, and when it is not meant.

In a form `<who>` stands for a person, role or team as a subject, `<owner>` for one before an apostrophe, `<adv>` for
what may stand between a subject and its verb, and the other words in brackets for the lists below.
"""

from dataclasses import dataclass
from typing import Final

from callsheet.model.review import Rule
@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of blame. `spares` are the ways in which a sentence that has it is none after all.

    `negated`: a “not” or “no” stands before it. `explained`: the sentence gives the reason. `asked`: it is a question.
    `reasoned`: it does so and no consequence, “so the …”, can be meant. `allowed`: it tells what something lets people do.
    """

    rule: Rule
    form: str
    spares: frozenset[str] = frozenset()


def _form(rule: Rule, *parts: str, spares: str = "") -> Form:
    return Form(rule=rule, form="|".join(parts), spares=frozenset(spares.split()))


HINDSIGHT: Final = (
    _form(
        Rule.SHOULD_HAVE,
        r"<who><adv>\s+(?:should|ought to|must|needed to)<have>\b",
        r"\bshould(?:n[’']t)? <who> (?:not )?have\b",
        r"<who><adv>\s+(?:was|were) (?:supposed|expected|meant) to\b",
        r"\b(?:should|ought to)<have> been (?:\w+ly )?<notice>",
        r"\b(?:testing|reviews?|qa|this|that|it|which)\s+should<have> (?:caught|spotted|noticed|known)\b",
        r"\bshould never have (?:been|happened)\b",
        r"<who><adv>\s+(?:should|ought to)(?: \w+ly)? know\b|\bshould(?: have)? known? better\b|\bknew better\b",
        r"\b(?:is|was|were) (?:<owner>[’']s?|<yours>) (?:job|duty|responsibility) to\b|<who><adv>\s+(?:only )?had one job",
        r"\bexpect(?:ed)? (?:better|more) (?:from|of) <who>",
        r"\bno (?:good )?reason for <who> to\b|<who><gap>\bfor no (?:good )?reason\b",
    ),
    _form(
        Rule.SHOULD_HAVE,
        # A question, and none that a person can answer without defending themself. “How did we not …?” is one of ours.
        r"\b(?:why|how) (?:on earth )?(?:did|could|would|do|does|had|has|can)(?:n[’']t)? (?!we\b|you\b)<who>(?: \w+ly| even| ever)*"
        r" (?:not|fail|forget|ignore|miss|let)\b",
        r"\bwhy (?:did|could|would|do|does|had)n[’']t (?!we\b|you\b)<who>",
        r"\bwhat (?:on earth )?(?:was|were) <who> thinking\s*[?!.]",
    ),
    _form(
        Rule.COUNTERFACTUAL,
        r"<who><adv>\s+(?:could|might|would)(?: \w+ly| also| at least| just| simply)? have\b"
        r"(?! (?:been (?:paged|told|worse)|lost|seen (?:an?|the|wrong|old|stale))\b)",
        r"\bif only\b",
        r"(?:^|[,;:] |\b(?:would|could|might)<have>\b.*\s)had <who>\s+(?:\w+ly |not |only |just |at least )*\w+",
        r"\bif <who><adv>\s+(?:hadn[’']t|would have)\b|\bif <who>\s+had\b",
        r"\b(?:could|would|might) (?:\w+ly )?have (?:\w+ly )?been (?:\w+ly )?(?:avoided|prevented|averted|caught)\b",
        r"\bwould(?:n[’']t| not| never) (?:ever )?have happened\b|\bneed(?:n[’']t| not| never) have\b",
        r"\b(?:easily|entirely|completely|totally|perfectly|clearly) (?:avoid|prevent)(?:able|ed)\b",
        r"\b(?:an?|one) (?:\w+ )?(?:quick|simple|single|short|brief|proper|basic|cursory|closer|moment[’']s|five-minute) "
        r"(?:\w+ )?<look>(?: \w+){0,6} (?:would|could|might) have\b|\bone <look>(?: \w+){0,6} (?:would|could|might) have\b",
        r"\bwould have taken (?:<who>|(?:only|just|no|all of|less than|barely)\b)|\ball (?:\w+ ){1,3}would have taken\b",
        r"\bwith (?:a bit|a little|some|slightly|just) (?:\w+ )?more <virtue>",
        spares="asked",
    ),
)

FAULTS: Final = (
    _form(
        Rule.HUMAN_ERROR,
        r"\b(?:human|operator|user|pilot|engineer|manual|admin) (?:error|mistake|failure|fault)s?\b"
        r"(?! (?:budget|rate|message|handling|page|screen|code|log|report|count|is (?:not|never|no)\b|was not))",
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
        r"<who><adv>\s+(?:is|are|was|were) (?:\w+ly )?wrong to\b",
        r"<who><adv>\s+<hapless>|<hapless> \w+ (?:\w+ )?by <who>|\b<unfit> \w+ (?:was |were )?\w+ by <who>",
        r"<slip> (?:was |were )?(?:made )?(?:by|of|from|on the part of|on) <who>",
        r"<owner>[’']s? (?:own )?(?:\w+ ){0,2}(?:<slip>|<trait>)",
        r"<owner>[’']s? (?:\w+ )?(?:failure|inability|refusal|unwillingness|reluctance|neglect) to\b",
        r"\b(?:failure|inability|refusal|unwillingness) (?:of|by|on the part of) <who>",
        r"\b<yours> (?:own )?(?:\w+ )?(?:<slip>|<trait>)",
        (
            r"\b(?:blame|fault)\b(?: for (?:\w+ ){1,4})? ?(?:\w+ly )?(?:lies|rests|sits|falls|belongs|goes|is) (?:\w+ly "
            r")?(?:with|on|to)\b"
        ),
        r"\bblame\b(?: for (?:\w+ ){1,4})? ?(?:has to|must|should|can|will) be (?:shared|borne|put|placed|laid)\b",
        r"\bresponsib\w+ for (?:\w+ ){0,3}(?:<disaster>|loss|delay|damage) (?:lies|lay|rests|falls) (?:\w+ly )?(?:with|on)\b",
        r"\b(?:who|whoever) (?:is|was) to blame\b|\bwe blame\b|\bthe culprit (?:is|was) <who>",
        spares="negated",
    ),
    _form(
        Rule.FAULT,
        r"\b(?:caused|broken|botched|introduced|misconfigured|taken down|brought down) (?:\w+ly )?by <who>"
        r"(?! \w+(?:ing|ed)\b)",
        r"\b(?:due to|because of|thanks to|owing to|down to|attributed to|traced(?: back)?(?: \w+ly)? to|stems? from) <who>"
        r"(?! \w+(?:ing|ed)\b)\s*(?:[.;]|, who\b|$)",
        r"<owner>[’']s? (?:\w+ ){0,3}(?:<spoilt>|crashed\b|(?:took|brought) (?:down )?<production>(?: down)?\b)",
    ),
    _form(
        Rule.FAULT,
        r"<who><adv>\s+(?:<misled>|<did>(?: down| off| out| up)? the (?:\w+ )?wrong)\b|<who><gap>\bby mistake\b",
        spares="reasoned",
    ),
)

OMISSIONS: Final = (
    _form(
        Rule.FAILED_TO,
        r"<who><adv>\s+(?:<omitted>|missed (?!(?:the|our|its|their) (?:\w+ )?<goal>))",
        r"<who><gap> (?:and|but) (?:then )?<omitted>",
        r"\b(?:was|were) (?:not|never) <well> \w+",
        r"\b<rule>s? (?:was|were) (?:ignored|(?:simply )?(?:not|never) (?:followed|read|respected|observed))\b",
        r"<who><gap>\bwithout (?:even |so much as |first |properly |really )*<checking>",
        r"<who><gap>\b(?:despite|in spite of|against) (?:\w+ ){0,3}(?:<rule>|failing tests?|objections?|protests?)s?\b",
        r"<who><adv>\s+(?:did not|didn[’']t|never) even \w+|<who><adv>\s+(?:made|makes?) (?:\w+ ){1,4}worse\b",
        r"\bnobody took notice\b|<who><adv>\s+(?:was|were|had been|has been) (?:\w+ )?(?:told|warned|reminded)\b.*"
        r"\b(?:and|but|yet) (?:still|nevertheless|nonetheless|did|ignored|went)\b",
        spares="allowed",
    ),
    _form(
        Rule.FAILED_TO,
        r"<who><adv>\s+<passed>|<who><gap> (?:and|but) (?:then )?<passed>",
        r"<who><adv>\s+left (?:\w+ ){1,5}?(?:on|open|running|unlocked|unattended|exposed|unfinished|undone|enabled|disabled)\b",
        r"<who><adv>\s+(?:let|allowed) (?:\w+ ){1,5}?(?:to )?"
        r"(?:lapse|expire|run out|drift|slip|slide|pile up|fill up|overflow|rot|escalate|happen)\b",
        r"<signal>(?: \w+){0,4} (?:was|were|went|had been|been) (?:\w+ly )?<neglected>(?! by (?!<who>))",
        r"<neglected>(?: \w+){0,4} by <who>",
        r"\b(?:run|deployed|merged|made|pushed|started|applied|changed|released|shipped|rolled out|edited|deleted)"
        r"\b(?: \w+){0,4} without <checking>",
        spares="reasoned",
    ),
    _form(
        Rule.FAILED_TO,
        r"<who><adv>\s+(?:did not|didn[’']t|had not|hadn[’']t|never|have not|haven[’']t|would not|wouldn[’']t)"
        r"(?: \w+ly| even| once| bother to| think to| take the (?:time|trouble|care) to| thought to| cared to)* <duty>",
        r"<who><gap> (?:and|but|then) (?:never|did not|didn[’']t)(?: \w+ly| even| once| bother to)* <duty>",
        r"\b(?:nobody|no one|no-one|none of (?:us|them|the \w+))(?: (?:in|on|from) the \w+)?(?: \w+ly| even| ever| had)* "
        r"(?:(?!told <who>)<duty>|(?:took (?:ownership|charge|the (?:time|trouble|care))|stepped up|did anything|reacted)\b)",
        r"\b(?:instead of|rather than) (?:first |even )?(?:<checking>|<duty>)[^,]*, <who>\s+(?:\w+ed|kept|ran|went|took)\b",
        spares="explained",
    ),
    _form(
        Rule.FAILED_TO,
        r"\b(?:no|little|too little|not enough|insufficient) (?:care|attention|thought|effort|testing|planning|preparation|"
        r"consideration|heed) (?:was|were|had been|has been|went) (?:ever )?(?:<given>|into)",
        r"<who><adv>\s+(?:was|were) (?:absent|away|missing|unavailable|unreachable) when (?:\w+ )?(?:it|they|he|she|needed)\b",
    ),
)

VERDICTS: Final = (
    _form(
        Rule.JUDGEMENT,
        r"<verdict>|\blazy\b(?!\W+(?:load|init|eval|import|connect|fetch|bind))|<owner>[’']s? (?:\w+ )?lax\b",
        r"\black of <virtue>",
        (
            r"\b(?:poor|bad|weak) (?:judge?ment|leadership|attitude|discipline|(?:decision(?:-making)?|planning) (?:by|"
            r"from|on))\b"
        ),
        r"(?:\bnot|n[’']t) (?:been )?(?:very |really )?(?:paying attention|careful|competent|attentive)\b",
        r"<who>\s+(?:\w+\s+){0,2}?<rash>|\b(?:naive|wrong|unwise|rash) of <who>",
        spares="negated",
    ),
    _form(
        Rule.JUDGEMENT,
        r"\bany <able> (?:\w+ )?(?:engineer|developer|operator|person|admin|sre|team|dba)\b",
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
        r"<who><adv>\s+(?:(?:clearly|simply|obviously) )?lack(?:s|ed)? (?:the |any |enough |sufficient )?(?:\w+ )?<skill>",
        r"\bout of (?:his|her|their|its) depth\b|\bin over (?:his|her|their|its) head|\bnot (?:cut out|fit|qualified) (?:for|to)\b",
        r"\b(?:did|do|does)<not> (?:even |really |clearly )?know what (?:he|she|they|it|we) (?:was|were|is|are) doing\b",
        r"\bwhoever (?:wrote|set|built|designed|did|made|configured)\b|(?!we\b|i\b)<who><adv>\s+(?:does|do)<not> (?:even |really |fully |clearly )?(?:understand|grasp|know how)\b",
        r"<who><adv>\s+(?:is|are|was|were|has been|had been|seemed) (?:far |much |simply |clearly |just )?too <toomuch>\b",
        r"<who><adv>\s+(?:was|were) (?:\w+ly |very |painfully )?slow (?:to|in)\b",
        r"<owner>[’']s? (?:\w+ ){0,2}<deed>\b(?: to \w+| of| by)?(?: \w+){0,5} (?:was|were|is|has been) "
        r"(?:an? |far |much |too |very |simply |clearly )*<badly>",
        r"<owner>[’']s? (?:\w+ )?(?:bad|late|poor|slow|timid|weak|wrong) <deed>\b",
        r"\b<deed> (?:by|of|from) <who>(?: \w+){0,3} (?:was|were|is|has been) (?:an? |far |too |very |simply )*<badly>",
        r"<who><adv>\s+(?:was|were)<not> (?:really )?thinking\b|<who><adv>\s+(?:was|were) (?:\w+ly )?<feeble>\b|\bamateurs?\b",
        r"<who><gap>\b(?:has|have|had) (?:a (?:bad )?habit of|every (?:chance|opportunity) to|no understanding of)",
        r"\bthis is what happens when <who>|\bas usual, <who>|<who><gap>\bas (?:he|she|they|it) always (?:do|does|did)\b",
    ),
    _form(
        Rule.DISCIPLINE,
        r"\b(?:be|being|been) (?:much |a lot )?(?:more|extra) <careful>|\bmore careful(?:ly)?\b",
        r"\bpay (?:more|closer|better) attention\b|\btr(?:y|ies|ied) harder\b|\btak(?:e|es|ing) more care\b",
        r"\bdisciplin(?:ed for|ary)\b|\breprimand\w*\b|\b(?:written|formal|verbal|final|official) warning\b",
        r"\b(?:held?|holding|be) (?:\w+ ){0,4}accountable\b|\b(?:his|her|their|your) lesson\b",
        r"\bperformance (?:review|plan|improvement)\b|\b(?:must|will|should) (?:never|not) happen again\b",
        r"\bretrain(?:ed|ing)?\b(?!(?: of)?(?: the| our)?(?: \w+)? (?:models?|classifiers?|detectors?))",
        r"\bneeds? (?:more |better |further )?training\b|\bneeds? to (?:learn|step up|(?:get|communicate|do) better)\b",
        r"\b(?:needs?|has|have) to be reminded\b|\b(?:will|must) be (?:reminded|spoken to|talked to|removed from|told off)\b",
        (
            r"\brepeat offenders?\b|\bwill (?:lose|be denied|be stripped of) (?:\w+ )?access\b|"
            r"\b(?:there will be|face) consequences\b"
        ),
        r"\bremind(?:ed)? (?:all |the |every|our )?(?:\w+ )?<fellows>|\bmust (?:learn|do better)\b",
        r"\bnext time,? (?:\w+ )?(?:think|ask|check|read|look|test)\b|\bthink (?:twice )?before (?:you|they|he|she|\w+ing)\b",
        r"\b(?:must|should|needs? to|has to|have to) (?:take (?:full )?responsibility|own up|apologi[sz]e|answer for)\b",
        r"<who><adv>\s+(?:will (?:not|no longer)|won[’']t) be (?:allowed|permitted|trusted)\b|\b(?:has|have) been spoken to\b",
        r"<who><adv>\s+(?:needs?|has|have) to (?:start|stop) \w+ing\b",
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
