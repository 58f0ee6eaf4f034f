-- What waits for somebody's yes: after this time one is too late, and its author and those who were asked are told. None once they
-- were, and for what comes again.
ALTER TABLE broadcasts ADD COLUMN answer_until INTEGER CHECK (answer_until IS NULL OR state = 'awaiting-approval');
CREATE INDEX broadcasts_unanswered ON broadcasts (tenant, answer_until) WHERE answer_until IS NOT NULL;
