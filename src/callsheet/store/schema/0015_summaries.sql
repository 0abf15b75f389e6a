-- Whether a person stands behind a document's summary; every document is read anew for it, see 0012.
ALTER TABLE publication ADD COLUMN summary INTEGER;    -- 1: people wrote it, changed ours, or ticked it as checked
UPDATE publication SET status = NULL;
