-- What devices need to agree: an epoch, tombstones, answers that are kept, reminders; and tokens of scripts.

CREATE TABLE epoch (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  epoch BLOB NOT NULL CHECK (length(epoch) = 16)
) STRICT;

INSERT INTO epoch VALUES (1, randomblob(16));

CREATE TABLE script_tokens (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  may_write INTEGER NOT NULL CHECK (may_write IN (0, 1)),
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32)
) STRICT, WITHOUT ROWID;

CREATE INDEX script_tokens_by_user ON script_tokens (user_id, id);

CREATE INDEX tasks_by_revision ON tasks (user_id, revision);

CREATE TABLE tombstones (
  user_id BLOB NOT NULL,
  revision INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  deleted_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, revision)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX tombstones_by_id ON tombstones (id);
CREATE INDEX tombstones_by_deletion ON tombstones (deleted_at);

INSERT INTO tombstones SELECT user_id, revision, id, deleted_at FROM trash;

CREATE TABLE reminders (
  user_id BLOB NOT NULL,
  id BLOB NOT NULL,
  remind_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX reminders_by_user_and_time ON reminders (user_id, remind_at);

-- Of what was to be reminded of earlier, nobody knows whether it happened.
INSERT INTO reminders SELECT user_id, id, remind_at FROM tasks
WHERE is_completed = 0 AND remind_at > unixepoch('subsec') * 1000000;

CREATE TABLE kept_answers (
  number INTEGER NOT NULL PRIMARY KEY,
  user_id BLOB NOT NULL,
  key TEXT NOT NULL,
  request_hash BLOB NOT NULL CHECK (length(request_hash) = 32),
  created_at INTEGER NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX kept_answers_by_key ON kept_answers (user_id, key);
CREATE INDEX kept_answers_by_user ON kept_answers (user_id);
CREATE INDEX kept_answers_by_time ON kept_answers (created_at);

ALTER TABLE task_totals ADD COLUMN pruned_revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE task_totals ADD COLUMN kept_answers INTEGER NOT NULL DEFAULT 0 CHECK (kept_answers >= 0);

-- What was removed from the trash before is forgotten.
UPDATE task_totals SET pruned_revision = revision;

CREATE TRIGGER kept_answers_inserted AFTER INSERT ON kept_answers
BEGIN
  UPDATE task_totals SET kept_answers = kept_answers + 1 WHERE user_id = new.user_id;
END;

CREATE TRIGGER kept_answers_deleted AFTER DELETE ON kept_answers
BEGIN
  UPDATE task_totals SET kept_answers = kept_answers - 1 WHERE user_id = old.user_id;
END;

-- Without functions in its CHECKs, an INSERT or UPDATE of a task needs no copy of each page. To take a
-- CHECK away does not touch the rows (sqlite.org/lang_altertable.html, 7).
DROP TRIGGER tasks_inserted;

CREATE TRIGGER tasks_inserted AFTER INSERT ON tasks
BEGIN
  SELECT RAISE(FAIL, 'a task needs an owner')
  WHERE NOT EXISTS (SELECT 1 FROM task_totals WHERE user_id = new.user_id);
  UPDATE task_totals
  SET total = total + 1, completed = completed + new.is_completed, revision = new.revision
  WHERE user_id = new.user_id;
END;

PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(replace(replace(sql,
  ' CHECK (length(id) = 16)', ''),
  ' CHECK (length(parent_task_id) = 16)', ''),
  ' CHECK (length(next_task_id) = 16)', '')
WHERE type = 'table' AND name = 'tasks';

PRAGMA writable_schema = RESET;
