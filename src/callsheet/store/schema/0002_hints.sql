-- Hints: what webhooks said may have changed. The next cycle reads it again and deletes the row.
CREATE TABLE hint (
    kind    TEXT NOT NULL,                    -- incident or ticket
    subject TEXT NOT NULL,                    -- its id
    told    INTEGER NOT NULL DEFAULT 1,       -- how often: a hint that comes while a cycle takes it outlives that cycle
    at      TEXT NOT NULL,
    PRIMARY KEY (kind, subject)
);

-- Names of webhooks that were heard, hashed: they come again, in any order, for two days and more.
CREATE TABLE heard_event (
    id TEXT PRIMARY KEY,
    at TEXT NOT NULL
);
CREATE INDEX heard_event_by_time ON heard_event (at);
