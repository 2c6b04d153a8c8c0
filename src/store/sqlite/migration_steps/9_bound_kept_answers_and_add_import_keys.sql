-- The answers that are kept for a user have at most so many bytes together: see
-- src/store/sqlite/kept_answer_table.cpp.
ALTER TABLE task_totals ADD COLUMN kept_bytes INTEGER NOT NULL DEFAULT 0 CHECK (kept_bytes >= 0);

UPDATE task_totals SET kept_bytes = (
  SELECT coalesce(sum(octet_length(headers) + octet_length(body)), 0)
  FROM kept_answers INDEXED BY kept_answers_by_user WHERE user_id = task_totals.user_id)
WHERE kept_answers > 0;

DROP TRIGGER kept_answers_inserted;
DROP TRIGGER kept_answers_deleted;

CREATE TRIGGER kept_answers_inserted AFTER INSERT ON kept_answers
BEGIN
  UPDATE task_totals SET (kept_answers, kept_bytes) =
    (kept_answers + 1, kept_bytes + octet_length(new.headers) + octet_length(new.body))
  WHERE user_id = new.user_id;
END;

CREATE TRIGGER kept_answers_deleted AFTER DELETE ON kept_answers
BEGIN
  UPDATE task_totals SET (kept_answers, kept_bytes) =
    (kept_answers - 1, kept_bytes - octet_length(old.headers) - octet_length(old.body))
  WHERE user_id = old.user_id;
END;

-- Tasks whose file does not say when they were created get the time of their import from now on. Until now
-- their ids were made from the file, and these are looked for as well: nothing is to be filled in.
CREATE TABLE import_keys (
  user_id BLOB NOT NULL,
  key BLOB NOT NULL CHECK (length(key) = 16),
  id BLOB NOT NULL CHECK (length(id) = 16),
  PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX import_keys_by_id ON import_keys (id);

DROP TRIGGER trash_deleted;

CREATE TRIGGER trash_deleted AFTER DELETE ON trash
BEGIN
  UPDATE task_totals SET trash = trash - 1 WHERE user_id = old.user_id;
  DELETE FROM import_keys WHERE id = old.id
    AND NOT EXISTS (SELECT 1 FROM tasks WHERE id = old.id)
    AND NOT EXISTS (SELECT 1 FROM tombstones WHERE id = old.id);
END;

-- One B-tree instead of two.
ALTER TABLE reminders RENAME TO reminders_by_task;
DROP INDEX reminders_by_user_and_time;

CREATE TABLE reminders (
  user_id BLOB NOT NULL,
  remind_at INTEGER NOT NULL,
  id BLOB NOT NULL,
  PRIMARY KEY (user_id, remind_at, id)
) STRICT, WITHOUT ROWID;

INSERT INTO reminders SELECT user_id, remind_at, id FROM reminders_by_task;
DROP TABLE reminders_by_task;
