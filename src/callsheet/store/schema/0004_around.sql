-- Who was paged for what, first when: the stage directions tell what somebody had behind them. Notices repeat, rows don't.
CREATE TABLE page (
    person_id   TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    at          TEXT NOT NULL,
    PRIMARY KEY (person_id, incident_id)
);
CREATE INDEX page_by_time ON page (at);
CREATE INDEX incident_by_time ON incident (created_at);
CREATE INDEX incident_by_service ON incident (service, created_at);
CREATE INDEX incident_unresolved ON incident (status) WHERE status <> 'resolved';
