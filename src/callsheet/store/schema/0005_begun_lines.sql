-- Lines of the ledger are written before the act that they tell of: those that were begun and not ended are few.
CREATE INDEX ledger_begun ON ledger (outcome) WHERE outcome = 'begun';
