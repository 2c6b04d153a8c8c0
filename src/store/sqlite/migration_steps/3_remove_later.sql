-- The tasks of a deleted user and the spent tokens of an ended session are no longer deleted with
-- them, but a few at a time.

CREATE TABLE user_total (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  total INTEGER NOT NULL CHECK (total >= 0)
) STRICT;

INSERT INTO user_total SELECT 1, count(*) FROM users;

CREATE TABLE deleted_users (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16)
) STRICT, WITHOUT ROWID;

CREATE TABLE ended_sessions (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16)
) STRICT, WITHOUT ROWID;

-- To rebuild a table the old one is renamed first, so that the text of the new one is that of
-- schema.sql.
ALTER TABLE spent_refresh_tokens RENAME TO old_spent_refresh_tokens;
DROP INDEX spent_refresh_tokens_by_session;
DROP INDEX spent_refresh_tokens_by_expiry;

CREATE TABLE spent_refresh_tokens (
  hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
  session_id BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  spent_at INTEGER NOT NULL,
  next_seed BLOB NOT NULL CHECK (length(next_seed) = 32),
  access_token_id BLOB NOT NULL CHECK (length(access_token_id) = 16)
) STRICT, WITHOUT ROWID;

INSERT INTO spent_refresh_tokens SELECT * FROM old_spent_refresh_tokens;
DROP TABLE old_spent_refresh_tokens;

CREATE INDEX spent_refresh_tokens_by_session ON spent_refresh_tokens (session_id, spent_at);
CREATE INDEX spent_refresh_tokens_by_expiry ON spent_refresh_tokens (expires_at);

DROP TRIGGER users_inserted;
DROP TRIGGER tasks_inserted;
DROP TRIGGER tasks_deleted;
DROP TRIGGER tasks_completion_changed;
ALTER TABLE tasks RENAME TO old_tasks;
DROP INDEX tasks_by_id;
DROP INDEX tasks_by_completion;

CREATE TABLE tasks (
  user_id BLOB NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  title TEXT NOT NULL,
  description TEXT,
  is_completed INTEGER NOT NULL DEFAULT 0 CHECK (is_completed IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

INSERT INTO tasks SELECT * FROM old_tasks;
DROP TABLE old_tasks;

CREATE UNIQUE INDEX tasks_by_id ON tasks (id);
CREATE INDEX tasks_by_completion ON tasks (user_id, is_completed, id);

CREATE TRIGGER users_inserted AFTER INSERT ON users
BEGIN
  INSERT INTO task_totals (user_id) VALUES (new.id);
  UPDATE user_total SET total = total + 1;
END;

CREATE TRIGGER users_deleted AFTER DELETE ON users
BEGIN
  UPDATE user_total SET total = total - 1;
  INSERT INTO deleted_users VALUES (old.id);
END;

CREATE TRIGGER sessions_deleted AFTER DELETE ON sessions
WHEN EXISTS (SELECT 1 FROM spent_refresh_tokens WHERE session_id = old.id)
BEGIN
  INSERT INTO ended_sessions VALUES (old.id);
END;

CREATE TRIGGER tasks_inserted AFTER INSERT ON tasks
BEGIN
  UPDATE task_totals SET total = total + 1, completed = completed + new.is_completed
  WHERE user_id = new.user_id;
  SELECT RAISE(ABORT, 'a task needs an owner') WHERE changes() = 0;
END;

CREATE TRIGGER tasks_deleted AFTER DELETE ON tasks
BEGIN
  UPDATE task_totals SET total = total - 1, completed = completed - old.is_completed
  WHERE user_id = old.user_id;
END;

CREATE TRIGGER tasks_completion_changed AFTER UPDATE OF is_completed ON tasks
WHEN new.is_completed <> old.is_completed
BEGIN
  UPDATE task_totals SET completed = completed + new.is_completed - old.is_completed
  WHERE user_id = new.user_id;
END;
