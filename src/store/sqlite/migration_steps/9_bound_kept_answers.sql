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
