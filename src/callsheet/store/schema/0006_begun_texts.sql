-- Texts that we set out to write where people write too: after a crash they tell our own hand from a person's.
CREATE TABLE begun_text (
    place       TEXT NOT NULL,                -- the publisher's name, or `note`
    incident_id TEXT NOT NULL,
    text        TEXT NOT NULL,
    basis       TEXT NOT NULL,                -- of a document what we generated, of a note what it said before
    PRIMARY KEY (place, incident_id)
);
