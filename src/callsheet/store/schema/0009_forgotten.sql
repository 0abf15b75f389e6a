-- Who was forgotten, by hash alone: what comes in later is cleaned of them without knowing them.
CREATE TABLE forgotten (
    hash    TEXT PRIMARY KEY,
    instead TEXT NOT NULL,                    -- what stands in their place
    words   INTEGER NOT NULL                  -- how many words were hashed
);
