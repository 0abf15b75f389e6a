"""Blame by what was left undone and by verdict, as data for `review/forms.py`."""

from typing import Final

from callsheet.model.review import Rule
from callsheet.review.form import form

OMISSIONS: Final = (
    form(
        Rule.FAILED_TO,
        r"<who><adv>\s+(?:<omitted>|missed (?!(?:the|our|its|their) (?:\w+ )?<goal>))",
        r"<who><gap> (?:and|but) (?:then )?<omitted>|\b(?:was|were) (?:not|never) <well> \w+",
        r"\b<rule>s? (?:was|were) (?:ignored|(?:simply )?(?:not|never) (?:followed|read|respected|observed))\b",
        r"<who><gap>\bwithout (?:even |so much as |first |properly |really )*<checking>",
        (
            r"<who><gap>\b(?:despite|in spite of|against) (?:\w+ ){0,3}(?:<rule>|failing tests?|objections?|"
            r"protests?)s?\b"
        ),
        r"<who><adv>\s+(?:did not|didn[’']t|never) even \w+|<who><adv>\s+(?:made|makes?) (?:\w+ ){1,4}worse\b",
        r"\bnobody took notice\b",
        (
            r"<who><adv>\s+(?:was|were|had been|has been) (?:\w+ )?(?:told|warned|reminded)\b.*\b(?:and|but|yet) "
            r"(?:still|nevertheless|nonetheless|did|ignored|went)\b"
        ),
        spares="allowed",
    ),
    form(
        Rule.FAILED_TO,
        r"<who><adv>\s+<passed>|<who><gap> (?:and|but) (?:then )?<passed>",
        (
            r"<who><adv>\s+left (?:\w+ ){1,5}?(?:on|open|running|unlocked|unattended|exposed|unfinished|undone|"
            r"enabled|disabled)\b"
        ),
        (
            r"<who><adv>\s+(?:let|allowed) (?:\w+ ){1,5}?(?:to )?(?:lapse|expire|run out|drift|slip|slide|pile up|"
            r"fill up|overflow|rot|escalate|happen)\b"
        ),
        r"<signal>(?: \w+){0,4} (?:was|were|went|had been|been) (?:\w+ly )?<neglected>(?! by (?!<who>))",
        r"<neglected>(?: \w+){0,4} by <who>",
        (
            r"\b(?:run|deployed|merged|made|pushed|started|applied|changed|released|shipped|rolled out|edited|"
            r"deleted)\b(?: \w+){0,4} without <checking>"
        ),
        spares="reasoned",
    ),
    form(
        Rule.FAILED_TO,
        (
            r"<who><adv>\s+(?:did not|didn[’']t|had not|hadn[’']t|never|have not|haven[’']t|would not|"
            r"wouldn[’']t)(?: \w+ly| even| once| bother to| think to| take the (?:time|trouble|care) to| thought "
            "to| cared to)* <duty>"
        ),
        r"<who><gap> (?:and|but|then) (?:never|did not|didn[’']t)(?: \w+ly| even| once| bother to)* <duty>",
        (
            r"\b(?:nobody|no one|no-one|none of (?:us|them|the \w+))(?: (?:in|on|from) the \w+)?(?: \w+ly| even| "
            "ever| had)* (?:(?!told <who>)<duty>|(?:took (?:ownership|charge|the (?:time|trouble|care))|stepped "
            r"up|did anything|reacted)\b)"
        ),
        (
            r"\b(?:instead of|rather than) (?:first |even )?(?:<checking>|<duty>)[^,]*, <who>\s+(?:\w+ed|kept|ran|"
            r"went|took)\b"
        ),
        spares="explained",
    ),
    form(
        Rule.FAILED_TO,
        (
            r"\b(?:no|little|too little|not enough|insufficient) (?:care|attention|thought|effort|testing|"
            "planning|preparation|consideration|heed) (?:was|were|had been|has been|went) (?:ever )?(?:<given>|"
            "into)"
        ),
        r"(?:\bnot|n[’']t|\bnever) (?:take|taken|taking|took) (?:\w+ ){1,4}seriously\b",
        r"\bit took <who> (?:far|way|much) too long\b",
        r"\b(?:why|how) <who>\b.* (?:is|remains) (?:a mystery|beyond)\b",
        r"<who><gap>(?:had|have|has) the (?:sense|decency|courtesy|presence of mind|foresight) to\b",
        (
            r"<who><adv>\s+(?:was|were) (?:absent|away|missing|unavailable|unreachable) when (?:\w+ )?(?:it|they|"
            r"he|she|needed)\b"
        ),
    ),
)

VERDICTS: Final = (
    form(
        Rule.JUDGEMENT,
        r"<verdict>|\blazy\b(?!\W+(?:load|init|eval|import|connect|fetch|bind))|<owner>[’']s? (?:\w+ )?lax\b",
        r"\black of <virtue>",
        (
            r"\b(?:poor|bad|weak) (?:judge?ment|leadership|attitude|discipline|(?:decision(?:-making)?|planning) "
            r"(?:by|from|on))\b"
        ),
        r"(?:\bnot|n[’']t) (?:been )?(?:very |really )?(?:paying attention|careful|competent|attentive)\b",
        r"<who>\s+(?:\w+\s+){0,2}?<rash>|\b(?:naive|wrong|unwise|rash) of <who>",
        spares="negated",
    ),
    form(
        Rule.JUDGEMENT,
        r"\bany <able> (?:\w+ )?(?:engineer|developer|operator|person|admin|sre|team|dba)\b|\bcommon sense\b",
        r"\bof all people\b|\bbe ashamed\b|\bobvious(?:ly)? (?:mistake|error|wrong)\b",
        r"\bobvious to (?:anyone|everyone|anybody|everybody)\b",
        r"\bclearly (?:not|un)\w* (?:qualified|ready|capable)\b|\bnot up to (?:the|his|her|their|it)\b",
        r"\basleep at the wheel\b|\bobvious (?:from|that)\b|\b(?:any|every)(?:one|body) (?:with|who)\b.*\bknows?\b",
        r"\b(?:there|plain) for (?:all|everyone) to see\b|\bplain to see\b",
        (
            r"\b(?:hard to (?:understand|see|believe|explain)|(?:no|little) excuse|inexplicabl[ey])\b.*\b(?:why|"
            "how|that|for) <who>"
        ),
        (
            r"<who><adv>\s+(?:(?:clearly|simply|obviously) )?lack(?:s|ed)? (?:the |any |enough |sufficient "
            r")?(?:\w+ )?<skill>"
        ),
        r"\bout of (?:his|her|their|its) depth\b|\bin over (?:his|her|their|its) head",
        r"\bnot (?:cut out|fit|qualified) (?:for|to)\b",
        (
            r"\b(?:did|do|does)<not> (?:even |really |clearly )?know what (?:he|she|they|it|we) (?:was|were|is|"
            r"are) doing\b"
        ),
        r"\bwhoever (?:wrote|set|built|designed|did|made|configured)\b",
        (
            r"(?!we\b|i\b)<who><adv>\s+(?:does|do)<not> (?:even |really |fully |clearly )?(?:understand|grasp|"
            r"know how)\b"
        ),
        (
            r"<who><adv>\s+(?:is|are|was|were|has been|had been|seemed) (?:far |much |simply |clearly |just )?too "
            r"<toomuch>\b"
        ),
        r"<who><adv>\s+(?:was|were) (?:\w+ly |very |painfully )?slow (?:to|in)\b",
        (
            r"<owner>[’']s? (?:\w+ ){0,2}<deed>\b(?: to \w+| of| by)?(?: \w+){0,5} (?:was|were|is|has been) "
            "(?:an? |far |much |too |very |simply |clearly )*<badly>"
        ),
        r"<owner>[’']s? (?:\w+ )?(?:bad|late|poor|slow|timid|weak|wrong) <deed>\b",
        (
            r"\b<deed> (?:by|of|from) <who>(?: \w+){0,3} (?:was|were|is|has been) (?:an? |far |too |very |simply "
            ")*<badly>"
        ),
        r"<who><adv>\s+(?:was|were)<not> (?:really )?thinking\b|<who><adv>\s+(?:was|were) (?:\w+ly )?<feeble>\b",
        r"\bamateurs?\b",
        r"<who><gap>\b(?:has|have|had) (?:a (?:bad )?habit of|every (?:chance|opportunity) to|no understanding of)",
        (
            r"\b(?:decision|choice) (?:not )?to (?:\w+ ){1,6}?(?:was|is) (?:an? |far |much |too |very |simply |"
            "clearly )*<badly>"
        ),
        r"\bevery(?:one|body) knows (?:that|not|better|how)\b|\bin (?:his|her|their) (?:infinite )?wisdom\b",
        r"\bweakest link\b",
        (
            r"\bno (?:\w+ )?(?:engineer|developer|operator|admin|dba|sre|reviewer)(?: \w+){0,4} (?:makes?|should|"
            r"would)\b"
        ),
        r"\bthis is what happens when <who>|\bas usual, <who>",
        r"<who><gap>\bas (?:he|she|they|it) always (?:do|does|did)\b",
    ),
    form(
        Rule.DISCIPLINE,
        r"\b(?:be|being|been) (?:much |a lot )?(?:more|extra) <careful>|\bmore careful(?:ly)?\b",
        r"\bpay (?:more|closer|better) attention\b|\btr(?:y|ies|ied) harder\b|\btak(?:e|es|ing) more care\b",
        r"\bdisciplin(?:ed for|ary)\b|\breprimand\w*\b|\b(?:written|formal|verbal|final|official) warning\b",
        r"\b(?:held?|holding|be) (?:\w+ ){0,4}accountable\b|\b(?:his|her|their|your) lesson\b",
        r"\bperformance (?:review|plan|improvement)\b|\b(?:must|will|should) (?:never|not) happen again\b",
        r"\bretrain(?:ed|ing)?\b(?!(?: of)?(?: the| our)?(?: \w+)? (?:models?|classifiers?|detectors?))",
        r"\bneeds? (?:more |better |further )?training\b",
        r"\bneeds? to (?:learn|step up|(?:get|communicate|do) better)\b|\b(?:needs?|has|have) to be reminded\b",
        r"\b(?:will|must) be (?:reminded|spoken to|talked to|removed from|told off)\b|\brepeat offenders?\b",
        r"\bwill (?:lose|be denied|be stripped of) (?:\w+ )?access\b|\b(?:there will be|face) consequences\b",
        r"\bremind(?:ed)? (?:all |the |every|our )?(?:\w+ )?<fellows>|\bmust (?:learn|do better)\b",
        r"\bnext time,? (?:\w+ )?(?:think|ask|check|read|look|test)\b",
        r"\bthink (?:twice )?before (?:you|they|he|she|\w+ing)\b",
        (
            r"\b(?:must|should|needs? to|has to|have to) (?:take (?:full )?responsibility|own up|apologi[sz]e|"
            r"answer for)\b"
        ),
        r"<who><adv>\s+(?:will (?:not|no longer)|won[’']t) be (?:allowed|permitted|trusted)\b",
        r"\b(?:has|have) been spoken to\b|\bcloser (?:supervision|oversight)\b|\bneeds? (?:\w+ )?supervision\b",
        r"\bkept on a (?:short|tight)\w* leash\b|<who><adv>\s+(?:needs?|has|have) to (?:start|stop) \w+ing\b",
    ),
)
