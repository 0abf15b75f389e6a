"""The words that the forms of blame are made of, as data for `review/blame.py`: verbs, nouns, what stands between."""

from typing import Final

from callsheet.review.lexicon import any_of

# What a person did, or left undone.
VERBS: Final = {
    "spoilt": any_of(
        "broke botched bungled fumbled ruined wrecked misconfigured mistyped mishandled mismanaged misjudged caused",
        "(?:messed|screwed)_(?:it_|this_|that_|things_)?up blew_(?:it|up) got_it_wrong dropped_the_ball",
        "let_(?:the_team|us|everyone|(?:the_)?customers)_down rubber-stamped",
        "(?:waved|nodded)_(?:it_|this_|the_\\w+_)?through mangled",
        "failed_(?:us|them|the_team|(?:their|our|its|his|her|the)_(?:customers?|users|colleagues))",
    ),
    # Misled by what they saw: a verdict, unless the sentence tells what misled them.
    "misled": any_of(
        "misread misunderstood misinterpreted misdiagnosed mistook confused mixed_up overreacted underestimated",
        "jumped_to_(?:a_|the_wrong_)?conclusions? mislabelled miscalculated miscommunicated",
    ),
    "sent": any_of(
        "pushed shipped deployed merged released committed ran typed deleted dropped restarted picked chose used"
    ),
    # With “the wrong …” after it. Seeing or opening a wrong thing is no deed.
    "did": any_of(
        "clicked pressed pulled unplugged wiped entered uploaded edited drained selected changed removed rebooted",
        "pushed shipped deployed merged released committed ran typed deleted dropped restarted picked chose used",
        "stopped killed disabled enabled upgraded patched applied copied pasted promoted took_down turned_off",
        "switched_off shut_down scaled replaced executed took put hit set sent cut made assigned gave",
    ),
    # Never a description, whatever reason follows.
    "omitted": any_of(
        "fail(?:ed|s)?_(?:to|in|at) neglected omitted refused_to panicked wasted cut_corners sat_on took_too_long",
        "reacted_too_(?:late|slow) hurried gambled looked_away look(?:ed)?_the_other_way lost_control",
        "made_(?:things|it|matters)_worse took_no_notice turned_a_blind_eye had_no_business stood_by sat_idle",
        "chose_to_(?:ignore|look_away|skip) jumped_the_gun drag(?:ged)?_(?:its|their|his|her|our)_feet went_rogue",
        "(?:was|were)_nowhere_to_be_(?:found|seen) (?:could_not|couldn[’']t|can[’']t)_be_bothered acted_alone",
        "made_(?:no|little)_(?:effort|attempt) showed_(?:no|little)_(?:interest|care|concern|respect) ",
        "did_nothing(?!_(?:but|else|wrong))",
        "withheld concealed covered_up lied_about kept_quiet_about misled shirked abandoned defied flouted",
        "violated breached disobeyed circumvented meddled tampered",
        "broke_(?:the|our|every|a)_(?:\\w+_)?(?:rules?|polic(?:y|ies)|freeze|protocol|procedure|agreement|law)",
        "(?:had|has|have)_no_(?:idea|clue)_(?:what|how) keeps?_(?:forgetting|making|breaking|ignoring|failing|missing)",
        "(?:never|did_not|didn[’']t|do_not|don[’']t)_(?:(?:even|really|seem_to|ever)_)?(?:learn|care)",
        "put_(?:the|our|us|everyone)\\b.{0,40}\\bat_risk lost_(?:valuable|precious) did_too_little",
        "(?:never|did_not|didn[’']t)_(?:even_)?(?:get|got)_(?:round|around)_to took_a_shortcut took_shortcuts",
        "took_matters_into pulled_the_trigger_too took_chances winged_it",
        "(?:paid|gave|spared)_(?:no|little|too_little|scant)_(?:attention|heed|mind|thought) turned_a_deaf_ear",
        "took_(?:a|an|the)_(?:\\w+_)?(?:risk|gamble) took_(?:the_|our_)?\\w+_for_granted lost_(?:sight_of|interest)",
        "passed_the_buck pointed_fingers shifted_the_blame made_excuses walked_away overstepped",
        "(?:kept|left)_(?:us|everyone|everybody|them|(?:the_)?\\w+)_in_the_dark",
        "(?:would_not|wouldn[’']t|did_not|didn[’']t|refused_to)_listen exceeded_(?:his|her|their)_authority",
    ),
    # Left undone: a verdict, unless the sentence gives the reason.
    "passed": any_of(
        "forgot(?:ten)? ignored overlooked slept_through fell_asleep gave_up skipped disregarded dismissed bypassed",
        "(?:was|were)_(?:fast_|sound_)?asleep (?:was|were)_distracted waited_(?:far_|much_|way_)?too_long",
        "waited_so_long took_so_long rushed went_back_to_(?:sleep|bed)",
    ),
    "duty": any_of(
        "check(?:ed)? test(?:ed)? follow(?:ed)? read verif(?:y|ied) validated? review(?:ed)? escalated?",
        "communicated? bother(?:ed)? think thought(?!_of) pay paid double-check(?:ed)? cared? listen(?:ed)? noticed?",
        "spot(?:ted)? inform(?:ed)? tell told warn(?:ed)? document(?:ed)? ask(?:ed)? question(?:ed)? look(?:ed)?",
        "consider(?:ed)? take_(?:it_)?serious do_(?:his|her|their)_job coordinated? prepared? announced? raised?",
        "consult(?:ed)? learn(?:ed|t)? rehearsed? confirm(?:ed)?",
    ),
    "checking": any_of(
        "checking testing reading asking verifying thinking looking reviewing telling considering consulting following",
        "confirming escalating warning informing waiting a_second_thought approval permission a_(?:backup|review|test)",
        "authoris?z?ation authority consent due_care",
    ),
    "notice": any_of(
        "caught tested checked reviewed noticed spotted seen verified known done obvious avoided prevented escalated",
        "read followed communicated told raised merged deployed validated documented handled fixed found picked_up",
        "questioned announced asked rolled_back more",
    ),
    "neglected": any_of(
        "ignored dismissed disregarded overlooked neglected unheeded brushed_(?:aside|off) waved_(?:aside|away|off)",
        "shrugged_off swept_(?:aside|under)",
    ),
}

# Things and people, and what is said of them.
NOUNS: Final = {
    "production": (
        r"(?:prod(?:uction)?|(?:the |our )?(?:whole |entire |\w+ )?"
        r"(?:site|service|system|platform|cluster|database|app|api|checkout|build))"
    ),
    "disaster": any_of(
        "outage incident failure downtime disruption regression bug defect problem crash mess error issue"
    ),
    "slip": any_of(
        "mistakes? errors? blunders? slip(?:-up)?s? oversights? negligence carelessness fault incompetence",
        "inattention typos? mess failings?",
    ),
    "trait": any_of(
        "haste impatience inexperience arrogance hesitation indecision indifference inaction panic attitude inertia",
        "stubbornness greed pride ego slowness laxity short-sightedness impulsiveness overconfidence disregard hubris",
    ),
    "deed": any_of(
        "response reaction work handling decision choice judge?ment conduct behaviou?r performance communication",
        "planning preparation effort explanation testing coordination leadership change handover hand-over",
    ),
    "badly": any_of(
        "bad poor wrong late slow unacceptable inadequate weak disappointing insufficient terrible awful lacking",
        "not_good_enough unhelpful chaotic hopeless questionable premature unwise ill-advised misguided poorly badly",
    ),
    "unfit": any_of("bad broken wrong faulty untested unreviewed buggy incorrect"),
    "hapless": any_of("mistakenly erroneously wrongly accidentally inadvertently incorrectly foolishly"),
    "rash": any_of("needlessly prematurely unwisely hurriedly unnecessarily impulsively arrogantly selfishly"),
    "toomuch": any_of(
        "slow late busy proud eager quick tired optimistic trusting keen confident inexperienced afraid stubborn",
        "lenient junior green arrogant impatient hesitant cautious timid relaxed distracted weak lax",
    ),
    "feeble": any_of(
        "indecisive incoherent evasive overwhelmed unprepared uncooperative unhelpful unreliable oblivious"
    ),
    "goal": any_of("slo sla target objective goal deadline"),
    "rule": any_of(
        "procedure process runbook checklist policy instruction rule protocol advice warning freeze guideline order"
    ),
    "signal": any_of(
        "warnings? alerts? alarms? advice signs? concerns? reports? pages? instructions? notices? e-?mails? tickets?"
    ),
    "well": any_of("properly adequately carefully thoroughly correctly sufficiently diligently"),
    "verdict": any_of(
        "careless(?:ly|ness)? negligen(?:t|tly|ce) reckless(?:ly|ness)? slopp(?:y|ily|iness) laziness clueless dumb",
        "incompeten(?:t|ce|tly) stupid(?:ly|ity)? idiot(?:ic)?s? inattenti(?:ve|on) irresponsib(?:le|ly|ility)",
        "unprofessional(?:ly|ism)? thoughtless(?:ly)? foolish(?:ly)? hast(?:y|ily) inexcusabl[ey] clums(?:y|ily)",
        "shameful embarrassing complacen(?:t|cy) amateurish half-hearted(?:ly)? blindly rookie incapable ignorant",
        "ignorance overconfiden(?:t|ce) rashly rashness stubborn(?:ly|ness) lazily naively heedless(?:ly)?",
        "haphazard(?:ly)? slapdash shoddy lousy pathetic deplorable unforgivabl[ey] appalling abysmal cavalier",
        "dereliction lackadaisical short-sighted(?:ly)? arrogan(?:t|tly|ce) hubris bone-headed hare-brained brainless",
        "(?:substandard|sub-par|subpar)_work no_excuses?",
    ),
    "virtue": any_of(
        "care attention diligence discipline ownership competence judge?ment effort skill common_sense rigou?r",
        "professionalism commitment foresight vigilance",
    ),
    "skill": any_of("experience skills? knowledge training understanding competence discipline judge?ment maturity"),
    "careful": any_of("careful attentive diligent vigilant cautious disciplined responsible thorough"),
    "able": any_of(
        "competent careful attentive experienced decent reasonable sensible trained qualified vigilant senior good",
        "real half-decent diligent first-year",
    ),
    "fellows": any_of("engineers? everyone team developers? staff people operators?"),
    "look": any_of("look check glance test thought read review search call question drill rehearsal dry_run message"),
    "given": any_of("given paid taken made put spent"),
}

LISTS: Final = {
    **VERBS,
    **NOUNS,
    "adv": (
        r"(?:\s+(?:also|just|then|once again|again|never|always|still|even|had|has|have|been|\w+ly|who|that|"
        r"on (?:duty|call|shift)|in charge|of (?:the|this|that) (?:change|commit|script|patch)|"
        r"(?:in|on|from|at) (?:the )?[\w-]+(?: team| desk| side| shift)?)\b)*"
    ),
    # Bounded: a wall of text without a full stop is read in linear time.
    "gap": r".{0,160}",
    "have": r"(?:n[’']t| not| never)?(?: \w+ly| also| at least| at the very least| just| simply)? have",
    "not": r"(?: not|n[’']t| never)",
    "yours": r"(?:my|your|his|her|our|their)",
}
