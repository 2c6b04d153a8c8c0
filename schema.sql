-- The schema of taskdock.db, version 13 (PRAGMA user_version).
--
-- This file is what a new database gets, whole. A change here raises the version and comes with a
-- migration from the version before (src/store/sqlite/migration_steps); a test holds the two together.
--
-- Ids are UUIDs (RFC 9562) of 16 bytes; those of version 7 sort by creation. Times are microseconds
-- since 1970-01-01 UTC; a due date, which has one of three forms, is four times that plus 0 for a day, 1
-- for a local time, 2 for an instant (src/store/sqlite/column_value.cpp).

-- Without a hash the user has no password, and cannot log in with one. The number stands for the user in
-- the tables of tasks and of what belongs to them (the column owner), most of which have several indexes:
-- it takes 2 to 4 bytes where an id takes 17, and SQLite compares it sooner. It never changes, and nobody
-- gets it again (src/store/sqlite/user_numbers.h).
CREATE TABLE users (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT,
  created_at INTEGER NOT NULL,
  number INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX users_by_number ON users (number);

-- The user who logs in with the launch token of a server that serves one person, once there is one.
CREATE TABLE local_user (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE
) STRICT;

-- The number of this database, by which clients tell it from a copy: a restored one gets another.
CREATE TABLE epoch (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  epoch BLOB NOT NULL CHECK (length(epoch) = 16)
) STRICT;

INSERT INTO epoch VALUES (1, randomblob(16));

-- How many users there are, in one row: kept, never counted; and the last number that one of them got.
CREATE TABLE user_total (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  total INTEGER NOT NULL CHECK (total >= 0),
  last_number INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO user_total VALUES (1, 0, 0);

-- Deleted users of whom tasks are left: there can be millions, so they are removed a few at a time. No
-- other query finds such a task.
CREATE TABLE deleted_users (
  number INTEGER NOT NULL PRIMARY KEY
) STRICT;

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

-- What scripts use instead of a session. Of the token itself only the SHA-256 is stored.
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

-- Clustered by owner and id: the list "newest first" reads this key backwards, and one's own task is
-- found by one search in it. The owner is no foreign key: they must exist when a task is added, and may be
-- deleted before it (deleted_users). The tags are their names, separated by commas; the key of the title
-- is what it is sorted by (support::fold). Of most tasks nothing is there from completed_at to
-- next_task_id: has_details says so, before all of these, and they need not be read.
-- No CHECK and no trigger here calls a function, not even changes(): SQLite would keep a copy of each page
-- that an INSERT or UPDATE changes.
CREATE TABLE tasks (
  owner INTEGER NOT NULL,
  id BLOB NOT NULL,
  title TEXT NOT NULL,
  description TEXT,
  is_completed INTEGER NOT NULL DEFAULT 0 CHECK (is_completed IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  has_details INTEGER NOT NULL GENERATED ALWAYS AS (
    coalesce(completed_at, due_date, remind_at, priority, tags, recurrence, parent_task_id, next_task_id)
      IS NOT NULL OR recurrence_from <> 0) STORED,
  completed_at INTEGER,
  due_date INTEGER,
  remind_at INTEGER,
  priority INTEGER CHECK (priority BETWEEN 0 AND 3),
  tags TEXT,
  recurrence TEXT,
  recurrence_from INTEGER NOT NULL DEFAULT 0 CHECK (recurrence_from IN (0, 1)),
  parent_task_id BLOB,
  next_task_id BLOB,
  title_key TEXT NOT NULL,
  search_id INTEGER NOT NULL,
  PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;

-- "It exists, but it is not yours" knows the id alone.
CREATE UNIQUE INDEX tasks_by_id ON tasks (id);

-- The list of completed tasks, or of open ones, must not read those of the other kind, whatever it is
-- sorted by; the list of both kinds merges the two.
CREATE INDEX tasks_by_completion ON tasks (owner, is_completed, id);
CREATE INDEX tasks_by_update ON tasks (owner, is_completed, updated_at, id);
CREATE INDEX tasks_by_due_date ON tasks (owner, is_completed, due_date, id);
CREATE INDEX tasks_by_priority ON tasks (owner, is_completed, priority, id);
CREATE INDEX tasks_by_title ON tasks (owner, is_completed, title_key, id);
CREATE INDEX tasks_by_completion_time ON tasks (owner, completed_at, id) WHERE completed_at IS NOT NULL;
CREATE INDEX tasks_by_revision ON tasks (owner, revision);
CREATE UNIQUE INDEX tasks_by_search_id ON tasks (owner, search_id);

-- By their words tasks are found in an index without the texts themselves: see
-- src/store/sqlite/word_index.h. What is deleted is overwritten.
CREATE VIRTUAL TABLE task_words USING fts5(title, description, tags, content='', columnsize=0, tokenize='ascii');
INSERT INTO task_words (task_words, rank) VALUES ('secure-delete', 1);
-- A change looks for each word that it removes in every part of the index, so there should be few parts.
INSERT INTO task_words (task_words, rank) VALUES ('automerge', 3);
-- In each part a search reads at least one page of each word as a whole, and a change writes one anew, so pages
-- should be small.
INSERT INTO task_words (task_words, rank) VALUES ('pgsz', 1000);
CREATE VIRTUAL TABLE task_terms USING fts5vocab(task_words, instance);

-- Deleted tasks, until they are restored or removed for good. The columns are those of tasks, without
-- the key of the title.
CREATE TABLE trash (
  owner INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  deleted_at INTEGER NOT NULL,
  title TEXT NOT NULL,
  description TEXT,
  is_completed INTEGER NOT NULL CHECK (is_completed IN (0, 1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  has_details INTEGER NOT NULL GENERATED ALWAYS AS (
    coalesce(completed_at, due_date, remind_at, priority, tags, recurrence, parent_task_id, next_task_id)
      IS NOT NULL OR recurrence_from <> 0) STORED,
  completed_at INTEGER,
  due_date INTEGER,
  remind_at INTEGER,
  priority INTEGER CHECK (priority BETWEEN 0 AND 3),
  tags TEXT,
  recurrence TEXT,
  recurrence_from INTEGER NOT NULL CHECK (recurrence_from IN (0, 1)),
  parent_task_id BLOB CHECK (length(parent_task_id) = 16),
  next_task_id BLOB CHECK (length(next_task_id) = 16),
  PRIMARY KEY (owner, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX trash_by_id ON trash (id);
CREATE INDEX trash_by_user_and_deletion ON trash (owner, deleted_at, id);
CREATE INDEX trash_by_deletion ON trash (deleted_at);

-- That a task was deleted, and in which change, so that other devices can be told: also when it is gone
-- from the trash. It is removed when the task is restored, or when it is too old.
CREATE TABLE tombstones (
  owner INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  deleted_at INTEGER NOT NULL,
  PRIMARY KEY (owner, revision)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX tombstones_by_id ON tombstones (id);
CREATE INDEX tombstones_by_deletion ON tombstones (deleted_at);

-- By what a task is known when it is imported again, if its file says nothing of when it was created:
-- then it has an id of the time of the import, which cannot be found from the file (src/api/task_import.cpp).
-- A row is there as long as the task, or as it is known that it was deleted.
CREATE TABLE import_keys (
  owner INTEGER NOT NULL,
  key BLOB NOT NULL CHECK (length(key) = 16),
  id BLOB NOT NULL CHECK (length(id) = 16),
  PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX import_keys_by_id ON import_keys (id);

-- The open tasks of which somebody is still to be reminded: a row is removed before the event goes out.
CREATE TABLE reminders (
  owner INTEGER NOT NULL,
  remind_at INTEGER NOT NULL,
  id BLOB NOT NULL,
  PRIMARY KEY (owner, remind_at, id)
) STRICT, WITHOUT ROWID;

-- The answers to requests that had an Idempotency-Key, so that the same request gets the same answer
-- again. The numbers rise, so that a user's oldest are known whatever the clock said. The headers are a
-- JSON object. The user is no foreign key: see deleted_users.
CREATE TABLE kept_answers (
  number INTEGER NOT NULL PRIMARY KEY,
  owner INTEGER NOT NULL,
  key TEXT NOT NULL,
  request_hash BLOB NOT NULL CHECK (length(request_hash) = 32),
  created_at INTEGER NOT NULL,
  status INTEGER NOT NULL,
  headers TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX kept_answers_by_key ON kept_answers (owner, key);
CREATE INDEX kept_answers_by_user ON kept_answers (owner);
CREATE INDEX kept_answers_by_time ON kept_answers (created_at);

-- The tags that a user's tasks have, in the spelling that came first. Two names with the same key
-- (support::fold) are the same tag.
CREATE TABLE tags (
  owner INTEGER NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  open INTEGER NOT NULL DEFAULT 0 CHECK (open BETWEEN 0 AND total),
  total INTEGER NOT NULL DEFAULT 0 CHECK (total >= 0),
  PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;

-- Which tasks have a tag, in the order of the default list.
CREATE TABLE task_tags (
  owner INTEGER NOT NULL,
  key TEXT NOT NULL,
  is_completed INTEGER NOT NULL CHECK (is_completed IN (0, 1)),
  id BLOB NOT NULL,
  PRIMARY KEY (owner, key, is_completed, id)
) STRICT, WITHOUT ROWID;

-- What is kept of each user's tasks: their numbers, so that a page of a long list costs what a page of a
-- short one does, and the number of their changes, which is the revision of the task that was changed
-- last. Like the numbers of tags, each transaction writes these once, at its end
-- (src/store/sqlite/total_table.h). Of the deletions up to pruned_revision some are forgotten. kept_bytes
-- is the size of the headers and bodies of all kept answers.
CREATE TABLE task_totals (
  owner INTEGER NOT NULL PRIMARY KEY REFERENCES users (number) ON DELETE CASCADE,
  total INTEGER NOT NULL DEFAULT 0 CHECK (total >= 0),
  completed INTEGER NOT NULL DEFAULT 0 CHECK (completed BETWEEN 0 AND total),
  trash INTEGER NOT NULL DEFAULT 0 CHECK (trash >= 0),
  revision INTEGER NOT NULL DEFAULT 0,
  pruned_revision INTEGER NOT NULL DEFAULT 0,
  kept_answers INTEGER NOT NULL DEFAULT 0 CHECK (kept_answers >= 0),
  kept_bytes INTEGER NOT NULL DEFAULT 0 CHECK (kept_bytes >= 0)
) STRICT;

CREATE TRIGGER users_inserted AFTER INSERT ON users
BEGIN
  SELECT RAISE(ABORT, 'a user needs a number') WHERE new.number <= 0;
  INSERT INTO task_totals (owner) VALUES (new.number);
  UPDATE user_total SET total = total + 1, last_number = max(last_number, new.number);
END;

CREATE TRIGGER users_deleted AFTER DELETE ON users
BEGIN
  UPDATE user_total SET total = total - 1;
  INSERT INTO deleted_users VALUES (old.number);
END;

CREATE TRIGGER sessions_deleted AFTER DELETE ON sessions
WHEN EXISTS (SELECT 1 FROM spent_refresh_tokens WHERE session_id = old.id)
BEGIN
  INSERT INTO ended_sessions VALUES (old.id);
END;

CREATE TRIGGER trash_deleted AFTER DELETE ON trash
BEGIN
  DELETE FROM import_keys WHERE id = old.id
    AND NOT EXISTS (SELECT 1 FROM tasks WHERE id = old.id)
    AND NOT EXISTS (SELECT 1 FROM tombstones WHERE id = old.id);
END;

CREATE TRIGGER kept_answers_inserted AFTER INSERT ON kept_answers
BEGIN
  UPDATE task_totals SET (kept_answers, kept_bytes) =
    (kept_answers + 1, kept_bytes + octet_length(new.headers) + octet_length(new.body))
  WHERE owner = new.owner;
END;

CREATE TRIGGER kept_answers_deleted AFTER DELETE ON kept_answers
BEGIN
  UPDATE task_totals SET (kept_answers, kept_bytes) =
    (kept_answers - 1, kept_bytes - octet_length(old.headers) - octet_length(old.body))
  WHERE owner = old.owner;
END;
