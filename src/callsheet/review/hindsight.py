"""Blame by hindsight and by fault, as data for `review/forms.py`: what should have been, and who did it."""

from typing import Final

from callsheet.model.review import Rule
from callsheet.review.form import form

HINDSIGHT: Final = (
    form(
        Rule.SHOULD_HAVE,
        r"<who><adv>\s+(?:should|ought to|must|needed to)<have>\b|\bshould(?:n[’']t)? <who> (?:not )?have\b",
        r"<who><adv>\s+(?:was|were) (?:supposed|expected|meant) to\b",
        r"\b(?:should|ought to)<have> been (?:\w+ly )?<notice>",
        r"\b(?:testing|reviews?|qa|this|that|it|which)\s+should<have> (?:caught|spotted|noticed|known)\b",
        r"\bshould never have (?:been|happened)\b|<who><adv>\s+(?:should|ought to)(?: \w+ly)? know\b",
        r"\bshould(?: have)? known? better\b|\bknew better\b",
        r"\b(?:is|was|were) (?:<owner>[’']s?|<yours>) (?:job|duty|responsibility) to\b",
        r"<who><adv>\s+(?:only )?had one job|\bexpect(?:ed)? (?:better|more) (?:from|of) <who>",
        (
            r"<who><adv>\s+should (?:not |never |no longer )?be (?:removed|replaced|fired|demoted|ashamed|trusted|"
            r"taken off)\b"
        ),
        r"\bno need for <who> to\b|\bshould be (?:obvious|common knowledge|second nature)\b",
        r"\bno (?:good )?reason for <who> to\b|<who><gap>\bfor no (?:good )?reason\b",
    ),
    # A question, and none that a person can answer without defending themself. “How did we not …?” is one of ours.
    form(
        Rule.SHOULD_HAVE,
        (
            r"\b(?:why|how) (?:on earth )?(?:did|could|would|do|does|had|has|can)(?:n[’']t)? (?!we\b|you\b)"
            r"<who>(?: \w+ly| even| ever)* (?:not|fail|forget|ignore|miss|let)\b"
        ),
        r"\bwhy (?:did|could|would|do|does|had)n[’']t (?!we\b|you\b)<who>",
        r"\bwhat (?:on earth )?(?:was|were) <who> thinking\s*[?!.]",
    ),
    form(
        Rule.COUNTERFACTUAL,
        (
            r"<who><adv>\s+(?:could|might|would)(?: \w+ly| also| at least| just| simply)? have\b(?! (?:been "
            r"(?:paged|told|worse)|lost|seen (?:an?|the|wrong|old|stale))\b)"
        ),
        r"\bif only\b",
        r"(?:^|[,;:] |\b(?:would|could|might)<have>\b.*\s)had <who>\s+(?:\w+ly |not |only |just |at least )*\w+",
        (
            r"(?:^|[,;:] |\b(?:would|could|might)<have>\b.*\s)had (?:the|this|that|it|our)(?: \w+){0,3} been "
            r"(?:\w+ly )?<notice>"
        ),
        (
            r"\bif (?:the|this|that|it|our)(?: \w+){0,3} had (?:only |just )?been (?:\w+ly )?(?:<notice>|heeded|"
            "respected)"
        ),
        r"\b(?:could|should|might)<have> been (?:\w+ ){0,4}(?:sooner|earlier|faster|quicker|shorter)\b",
        r"\bif <who><adv>\s+(?:hadn[’']t|would have)\b|\bif <who>\s+had\b",
        (
            r"\b(?:could|would|might) (?:\w+ly )?have (?:\w+ly )?been (?:\w+ly )?(?:avoided|prevented|averted|"
            r"caught)\b"
        ),
        r"\bwould(?:n[’']t| not| never) (?:ever )?have happened\b|\bneed(?:n[’']t| not| never) have\b",
        r"\b(?:easily|entirely|completely|totally|perfectly|clearly) (?:avoid|prevent)(?:able|ed)\b",
        (
            r"\b(?:an?|one) (?:\w+ )?(?:quick|simple|single|short|brief|proper|basic|cursory|closer|moment[’']s|"
            r"five-minute) (?:\w+ )?<look>(?: \w+){0,6} (?:would|could|might) have\b"
        ),
        r"\bone <look>(?: \w+){0,6} (?:would|could|might) have\b",
        r"\bwould have taken (?:<who>|(?:only|just|no|all of|less than|barely)\b)",
        r"\ball (?:\w+ ){1,3}would have taken\b",
        r"\bwith (?:a bit|a little|some|slightly|just) (?:\w+ )?more <virtue>",
        spares="asked",
    ),
)

FAULTS: Final = (
    form(
        Rule.HUMAN_ERROR,
        (
            r"\b(?:human|operator|user|pilot|engineer|manual|admin) (?:error|mistake|failure|fault)s?\b(?! "
            r"(?:budget|rate|message|handling|page|screen|code|log|report|count|is (?:not|never|no)\b|was not))"
        ),
        r"\bfat[- ]finger\w*\b|\bpebkac\b|\bbetween (?:the )?keyboard and (?:the )?chair\b|\bfinger trouble\b",
        spares="negated",
    ),
    form(
        Rule.FAULT,
        r"<who><adv>\s+<spoilt>|<who><adv>\s+(?:created|triggered|introduced) (?:the|this|an?) (?:\w+ )?<disaster>",
        r"<who><adv>\s+(?:(?:took|brought) (?:down )?<production>(?: down)?|killed <production>)\b",
        r"<who><adv>\s+<sent>(?: out)?(?: an?| the)?(?: \w+)? <unfit>",
        (
            r"<who><adv>\s+(?:made|makes?|committed) (?:an?|the|another|this|that|some|several|two|many) (?:\w+ "
            "){0,3}(?:<slip>|(?:bad|wrong|poor) (?:call|decision|choice))"
        ),
        (
            r"<who><adv>\s+(?:is|are|was|were) (?:\w+ly )?(?:to blame|at fault|guilty|responsible for (?:the|"
            r"this) (?:\w+ )?<disaster>)"
        ),
        r"<who><adv>\s+(?:is|are|was|were) (?:\w+ly )?wrong to\b|<who><adv>\s+<hapless>",
        r"<hapless> \w+ (?:\w+ )?by <who>|\b<unfit> \w+ (?:was |were )?\w+ by <who>",
        r"<slip> on <owner>[’']s? (?:side|part|end)\b",
        r"\b(?:was|is) an? (?:\w+ ){0,2}(?:mistake|blunder)\b(?! (?:of|in|by))",
        r"\b(?:was|is) an? (?:\w+ )?(?:bad|poor|wrong|terrible) (?:idea|call|decision|choice)\b|\bown goal\b",
        r"\bunforced error|\b(?:this|that|it)(?: one)? (?:is|was) on <who>\s*(?:[.,;]|$)",
        r"\b(?:him|her|it|your|our|them)sel(?:f|ves) to blame\b",
        "<slip> (?:was |were )?(?:made )?(?:by|of|from|on the part of|on) <who>",
        r"<owner>[’']s? (?:own )?(?:\w+ ){0,2}(?:<slip>|<trait>)",
        r"<owner>[’']s? (?:\w+ )?(?:failure|inability|refusal|unwillingness|reluctance|neglect) to\b",
        r"\b(?:failure|inability|refusal|unwillingness) (?:of|by|on the part of) <who>",
        r"\b<yours> (?:own )?(?:\w+ )?(?:<slip>|<trait>)",
        (
            r"\b(?:blame|fault)\b(?: for (?:\w+ ){1,4})? ?(?:\w+ly )?(?:lies|rests|sits|falls|belongs|goes|is) "
            r"(?:\w+ly )?(?:with|on|to)\b"
        ),
        r"\bblame\b(?: for (?:\w+ ){1,4})? ?(?:has to|must|should|can|will) be (?:shared|borne|put|placed|laid)\b",
        (
            r"\bresponsib\w+ for (?:\w+ ){0,3}(?:<disaster>|loss|delay|damage) (?:lies|lay|rests|falls) (?:\w+ly "
            r")?(?:with|on)\b"
        ),
        r"\b(?:who|whoever) (?:is|was) to blame\b|\bwe blame\b|\bthe culprit (?:is|was) <who>",
        spares="negated",
    ),
    form(
        Rule.FAULT,
        (
            r"\b(?:caused by|due to|because of|thanks to|result(?:ed)? (?:of|from)|down to) <who>(?:[’']s?)? "
            r"(?:\w+ly )?(?:not|never|forgetting|failing|ignoring|skipping|neglecting|mis\w+ing|confusing|"
            r"deleting|breaking|rushing|leaving|overlooking|bypassing|disabling|dropping|removing)\b"
        ),
        (
            r"\b(?:caused|broken|botched|introduced|misconfigured|taken down|brought down) (?:\w+ly )?by <who>(?! "
            r"\w+(?:ing|ed)\b)"
        ),
        (
            r"\b(?:due to|because of|thanks to|owing to|down to|attributed to|traced(?: back)?(?: \w+ly)? to|"
            r"stems? from) <who>(?! \w+(?:ing|ed)\b)\s*(?:[.;]|, who\b|$)"
        ),
        r"<owner>[’']s? (?:\w+ ){0,3}(?:<spoilt>|crashed\b|(?:took|brought) (?:down )?<production>(?: down)?\b)",
    ),
    form(
        Rule.FAULT,
        r"<who><adv>\s+(?:<misled>|<did>(?: down| off| out| up)? the (?:\w+ )?wrong)\b|<who><gap>\bby mistake\b",
        spares="reasoned",
    ),
)
