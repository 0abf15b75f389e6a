-- Facts: what the paging side and the tracker told us. `head`, `body` and `value` are typed values as JSON.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE incident (
    id          TEXT PRIMARY KEY,
    number      INTEGER NOT NULL,
    status      TEXT NOT NULL,
    service     TEXT NOT NULL,
    created_at  TEXT NOT NULL,
    merged_into TEXT,
    head        TEXT NOT NULL,
    noted       INTEGER NOT NULL DEFAULT 0,  -- somebody wrote an action in a note
    stale       INTEGER NOT NULL DEFAULT 1,  -- its dossier must be read again before it is used
    dirty       INTEGER NOT NULL DEFAULT 1   -- plan has to look at it
);
CREATE INDEX incident_by_number ON incident (number);
CREATE INDEX incident_by_target ON incident (merged_into);
CREATE INDEX incident_dirty ON incident (dirty);

CREATE TABLE dossier (
    incident_id TEXT PRIMARY KEY,
    body        TEXT NOT NULL,
    complete    INTEGER NOT NULL
);

-- Feed entries that were already taken in, kept for the overlap of two polls.
CREATE TABLE seen_entry (
    id TEXT PRIMARY KEY,
    at TEXT NOT NULL
);

CREATE TABLE person (
    id   TEXT PRIMARY KEY,
    body TEXT NOT NULL
);

CREATE TABLE ticket (
    id      TEXT PRIMARY KEY,
    key     TEXT NOT NULL,
    body    TEXT NOT NULL,
    gone_at TEXT
);

CREATE TABLE ticket_label (
    label     TEXT NOT NULL,
    ticket_id TEXT NOT NULL,
    PRIMARY KEY (label, ticket_id)
);

CREATE TABLE lookup (
    kind  TEXT NOT NULL,
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    at    TEXT NOT NULL,
    PRIMARY KEY (kind, name)
);

-- Promises: post-mortems and their action items.
CREATE TABLE postmortem (
    incident_id TEXT PRIMARY KEY,
    body        TEXT NOT NULL
);

CREATE TABLE item (
    key         TEXT PRIMARY KEY,
    incident_id TEXT NOT NULL,
    ticket_id   TEXT,
    status      TEXT NOT NULL,
    hold        TEXT,
    due_on      TEXT,
    nudge_on    TEXT,                         -- the next day on which its owner should hear of it
    body        TEXT NOT NULL
);
CREATE INDEX item_by_incident ON item (incident_id);
CREATE INDEX item_by_ticket ON item (ticket_id);
CREATE INDEX item_by_nudge ON item (nudge_on);

CREATE TABLE publication (
    publisher   TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    version     TEXT NOT NULL,
    location    TEXT NOT NULL,
    current     TEXT NOT NULL,                -- as last read or written
    published   TEXT,                         -- as we last wrote it
    generated   TEXT,                         -- what we generated then, before it met people's words
    PRIMARY KEY (publisher, incident_id)
);

-- Acts: what we set out to do, what we did, and what held us back.
CREATE TABLE intent (
    key        TEXT PRIMARY KEY,
    marker     TEXT NOT NULL,
    target     TEXT NOT NULL,
    state      TEXT NOT NULL,
    epoch      INTEGER NOT NULL DEFAULT 0,
    sent_at    TEXT,
    not_before TEXT,
    result     TEXT,
    error      TEXT
);
CREATE INDEX intent_by_state ON intent (state);

CREATE TABLE ledger (
    id      INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    event   TEXT NOT NULL,
    effect  TEXT NOT NULL,
    key     TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason  TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail  TEXT NOT NULL
);
CREATE INDEX ledger_by_key ON ledger (key);
CREATE INDEX ledger_by_subject ON ledger (subject);

CREATE TABLE nudge (
    person_id TEXT NOT NULL,
    local_on  TEXT NOT NULL,
    state     TEXT NOT NULL,
    at        TEXT NOT NULL,
    PRIMARY KEY (person_id, local_on)
);

CREATE TABLE refusal (
    id          TEXT PRIMARY KEY,
    guard       TEXT NOT NULL,
    what        TEXT NOT NULL,
    at          TEXT NOT NULL,
    approved_at TEXT
);

CREATE TABLE quarantine (
    what  TEXT NOT NULL,
    place TEXT NOT NULL,
    error TEXT NOT NULL,
    at    TEXT NOT NULL,
    PRIMARY KEY (what, place)
);
