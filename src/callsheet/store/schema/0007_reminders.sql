-- Reminders: what was said about each item, and the moment from which plan has to look at it again.
CREATE TABLE reminder (
    item_key TEXT PRIMARY KEY,
    wake_at  TEXT,
    body     TEXT NOT NULL
);
CREATE INDEX reminder_by_time ON reminder (wake_at);

-- What an older Callsheet knew: the next day. It is looked at from its beginning on.
INSERT INTO reminder (item_key, wake_at, body)
SELECT key, nudge_on || 'T00:00:00+00:00', json_object('item_key', key) FROM item WHERE nudge_on IS NOT NULL;
DROP INDEX item_by_nudge;
ALTER TABLE item DROP COLUMN nudge_on;
