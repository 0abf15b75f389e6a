-- Several texts may be on their way to one document: of none of them is known yet whether it arrived.
CREATE TABLE begun_texts (
    number      INTEGER PRIMARY KEY,          -- in the order in which we set out to write them
    place       TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    text        TEXT NOT NULL,
    basis       TEXT NOT NULL,
    UNIQUE (place, incident_id, text)
);
INSERT INTO begun_texts (place, incident_id, text, basis) SELECT place, incident_id, text, basis FROM begun_text;
DROP TABLE begun_text;
ALTER TABLE begun_texts RENAME TO begun_text;
