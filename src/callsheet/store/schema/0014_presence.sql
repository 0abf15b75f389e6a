-- Who acted in an incident, and who was called to it, each first when. What the feed told is enough for it, so it holds
-- for incidents without a post-mortem, too.
CREATE TABLE presence (
    incident_id     TEXT NOT NULL,
    person_id       TEXT NOT NULL,
    called_at       TEXT,    -- first assigned, paged or asked; NULL: never
    acted_at        TEXT,    -- first did something, besides reporting it; NULL: never
    acknowledged_at TEXT,    -- first acknowledged it; NULL: never
    PRIMARY KEY (incident_id, person_id)
);
