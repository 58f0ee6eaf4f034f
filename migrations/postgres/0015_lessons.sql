-- Lessons are planned a stretch of groups at a time: the occurrence under way, since when, and the last group planned.
ALTER TABLE schedules ADD COLUMN run_at BIGINT;
ALTER TABLE schedules ADD COLUMN run_began BIGINT;
ALTER TABLE schedules ADD COLUMN planned_until BIGINT NOT NULL DEFAULT 0;

-- Which lesson of the course it is for the group, the first being 1, so that only the newest push of a group is read; and
-- which course that counts, because it may change: another number, or none, and the pushes are counted.
ALTER TABLE pushes ADD COLUMN place BIGINT;
ALTER TABLE pushes ADD COLUMN course BIGINT;
-- What of it could not be sent in time: the lesson, which its group goes on from as if it had never been, or a question alone.
ALTER TABLE pushes ADD COLUMN unsent TEXT CHECK (unsent IN ('lesson', 'quiz'));
CREATE INDEX pushes_unsent ON pushes (tenant, schedule, occurrence) WHERE unsent IS NOT NULL;
