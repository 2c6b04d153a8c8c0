-- When a task was completed had not been kept: the last change is the best that is known.

ALTER TABLE tasks ADD COLUMN completed_at INTEGER;
ALTER TABLE tasks ADD COLUMN due_date INTEGER;
ALTER TABLE tasks ADD COLUMN remind_at INTEGER;
ALTER TABLE tasks ADD COLUMN priority INTEGER CHECK (priority BETWEEN 0 AND 3);

UPDATE tasks SET completed_at = updated_at WHERE is_completed = 1;
