-- What a document says of its investigation, read whenever it is kept, so that no list has to read all documents.
-- NULL: to be read anew, which the store does as it opens after a migration.
ALTER TABLE publication ADD COLUMN status TEXT;        -- as its front matter says it: draft, in review, final
ALTER TABLE publication ADD COLUMN causes INTEGER;     -- 1: people wrote down what brought it about
