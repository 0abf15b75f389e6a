-- The text whose cells the items know already: an edit of a document that can't be published yet is news only once.
ALTER TABLE publication ADD COLUMN taken_in TEXT;
