-- The schema of taskdock.db, version 1 (PRAGMA user_version).
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

-- Totals are kept, never counted, so that a page of a long list costs what a page of a short one does.
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
