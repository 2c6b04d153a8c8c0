-- The schema of taskdock.db, version 6 (PRAGMA user_version).
--
-- This file is what a new database gets, whole. A change here raises the version and comes with a
-- migration from the version before (src/store/sqlite/migrations.cpp); a test holds the two together.
--
-- Ids are UUIDs (RFC 9562) of 16 bytes; those of version 7 sort by creation. Times are microseconds
-- since 1970-01-01 UTC; a due date, which has one of three forms, is four times that plus 0 for a day, 1
-- for a local time, 2 for an instant (src/store/sqlite/statement.cpp).

-- Without a hash the user has no password, and cannot log in with one.
CREATE TABLE users (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The user who logs in with the launch token of a server that serves one person, once there is one.
CREATE TABLE local_user (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE
) STRICT;

-- How many users there are, in one row: kept, never counted.
CREATE TABLE user_total (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  total INTEGER NOT NULL CHECK (total >= 0)
) STRICT;

INSERT INTO user_total VALUES (1, 0);

-- Deleted users of whom tasks are left: there can be millions, so they are removed a few at a time. No
-- other query finds such a task.
CREATE TABLE deleted_users (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16)
) STRICT, WITHOUT ROWID;

-- A session begins with a log-in and lasts until it is ended, or until its refresh token expires, of
-- which only the SHA-256 is stored.
CREATE TABLE sessions (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  user_agent TEXT,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  refresh_hash BLOB NOT NULL UNIQUE CHECK (length(refresh_hash) = 32)
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_user ON sessions (user_id, id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX sessions_by_user_and_expiry ON sessions (user_id, expires_at);

-- Ended sessions of which spent refresh tokens are left, as in deleted_users.
CREATE TABLE ended_sessions (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16)
) STRICT, WITHOUT ROWID;

-- The last refresh tokens that a session has used, until they would have expired: one that is used
-- again ends its session or, within a few seconds, gets the same answer again, which is computed from
-- the other columns. The session is no foreign key: see ended_sessions.
CREATE TABLE spent_refresh_tokens (
  hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
  session_id BLOB NOT NULL,
  expires_at INTEGER NOT NULL,
  spent_at INTEGER NOT NULL,
  next_seed BLOB NOT NULL CHECK (length(next_seed) = 32),
  access_token_id BLOB NOT NULL CHECK (length(access_token_id) = 16)
) STRICT, WITHOUT ROWID;

CREATE INDEX spent_refresh_tokens_by_session ON spent_refresh_tokens (session_id, spent_at);
CREATE INDEX spent_refresh_tokens_by_expiry ON spent_refresh_tokens (expires_at);

-- Clustered by owner and id: the list "newest first" reads this key backwards, and one's own task is
-- found by one search in it. The owner is no foreign key: they must exist when a task is added
-- (tasks_inserted), and may be deleted before it (deleted_users).
CREATE TABLE tasks (
  user_id BLOB NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  title TEXT NOT NULL,
  description TEXT,
  is_completed INTEGER NOT NULL DEFAULT 0 CHECK (is_completed IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  completed_at INTEGER,
  due_date INTEGER,
  remind_at INTEGER,
  priority INTEGER CHECK (priority BETWEEN 0 AND 3),
  recurrence TEXT,
  recurrence_from INTEGER NOT NULL DEFAULT 0 CHECK (recurrence_from IN (0, 1)),
  parent_task_id BLOB CHECK (length(parent_task_id) = 16),
  next_task_id BLOB CHECK (length(next_task_id) = 16),
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

-- "It exists, but it is not yours" knows the id alone.
CREATE UNIQUE INDEX tasks_by_id ON tasks (id);

-- The list of completed tasks, or of open ones, must not read those of the other kind.
CREATE INDEX tasks_by_completion ON tasks (user_id, is_completed, id);

-- Totals of tasks are kept, never counted, so that a page of a long list costs what a page of a short
-- one does.
CREATE TABLE task_totals (
  user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  total INTEGER NOT NULL DEFAULT 0 CHECK (total >= 0),
  completed INTEGER NOT NULL DEFAULT 0 CHECK (completed BETWEEN 0 AND total)
) STRICT, WITHOUT ROWID;

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
