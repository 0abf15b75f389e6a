-- What the copies beside a document were made of; empty where there are none.
ALTER TABLE publication ADD COLUMN copied TEXT NOT NULL DEFAULT '';

-- The moment from which plan has to look at an incident again although nothing happened to it.
ALTER TABLE incident ADD COLUMN wake_at TEXT;
CREATE INDEX incident_by_wake ON incident (wake_at) WHERE wake_at IS NOT NULL;
