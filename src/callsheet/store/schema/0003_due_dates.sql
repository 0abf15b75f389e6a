-- The due dates that an item and its ticket ever agreed on: what moved on into another season was promised here too.
CREATE TABLE due_date (
    id       INTEGER PRIMARY KEY,
    item_key TEXT NOT NULL,
    due_on   TEXT NOT NULL,
    UNIQUE (item_key, due_on)
);
INSERT INTO due_date (item_key, due_on)
SELECT key, due_on FROM item WHERE ticket_id IS NOT NULL AND due_on IS NOT NULL;
