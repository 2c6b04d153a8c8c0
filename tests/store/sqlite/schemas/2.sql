-- The schema of taskdock.db, version 2 (PRAGMA user_version).
--
-- This file is what a new database gets, whole. A change here raises the version and comes with a
-- migration from the version before (src/store/migrations.cpp); a test holds the two together.
--
-- Ids are UUIDs (RFC 9562) of 16 bytes; those of version 7 sort by creation. Times are microseconds
-- since 1970-01-01 UTC.

CREATE TABLE users (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A session is a log-in somewhere: it lives until it is ended, or until its refresh token, of which
-- only the SHA-256 is kept, expires.
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

-- The last refresh tokens a session has used, until they would have expired: one that is shown again
-- ends its session, or, within a few seconds, gets the answer it got, which follows from the rest.
CREATE TABLE spent_refresh_tokens (
  hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
  session_id BLOB NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL,
  spent_at INTEGER NOT NULL,
  next_seed BLOB NOT NULL CHECK (length(next_seed) = 32),
  access_token_id BLOB NOT NULL CHECK (length(access_token_id) = 16)
) STRICT, WITHOUT ROWID;

CREATE INDEX spent_refresh_tokens_by_session ON spent_refresh_tokens (session_id, spent_at);
CREATE INDEX spent_refresh_tokens_by_expiry ON spent_refresh_tokens (expires_at);

-- Clustered by owner and id: the list "newest first" is a walk backwards along this key, and the
-- look-up of one's own task is one search in it.
CREATE TABLE tasks (
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  id BLOB NOT NULL CHECK (length(id) = 16),
  title TEXT NOT NULL,
  description TEXT,
  is_completed INTEGER NOT NULL DEFAULT 0 CHECK (is_completed IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

-- "It exists, but it is not yours" knows the id alone.
CREATE UNIQUE INDEX tasks_by_id ON tasks (id);

-- The list of what is done, or of what is not, must not walk past the other kind.
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
END;

CREATE TRIGGER tasks_inserted AFTER INSERT ON tasks
BEGIN
  UPDATE task_totals SET total = total + 1, completed = completed + new.is_completed
  WHERE user_id = new.user_id;
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
