-- Tasks that recur.

ALTER TABLE tasks ADD COLUMN recurrence TEXT;
ALTER TABLE tasks ADD COLUMN recurrence_from INTEGER NOT NULL DEFAULT 0 CHECK (recurrence_from IN (0, 1));
ALTER TABLE tasks ADD COLUMN parent_task_id BLOB CHECK (length(parent_task_id) = 16);
ALTER TABLE tasks ADD COLUMN next_task_id BLOB CHECK (length(next_task_id) = 16);
