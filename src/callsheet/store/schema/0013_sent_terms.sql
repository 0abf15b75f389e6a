-- What the write that is under way told a ticket to say: what it says otherwise when it is found, people set there.
ALTER TABLE intent ADD COLUMN sent TEXT;
