-- Users get numbers, which stand for their ids in the tables of tasks and of what belongs to them: deleted ones
-- of whom something is left as well, and those of whom there are only tasks, in the trash or not, which is damage
-- that taskdock check finds. What else is there of nobody is not copied.
DROP TRIGGER users_inserted;
DROP TRIGGER users_deleted;
DROP TRIGGER trash_deleted;
DROP TRIGGER kept_answers_inserted;
DROP TRIGGER kept_answers_deleted;

CREATE TABLE numbers (
  id BLOB NOT NULL PRIMARY KEY,
  number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- In the order of the ids, so that all rows are copied in the order of their keys.
INSERT INTO numbers SELECT id, row_number() OVER (ORDER BY id) FROM (
  SELECT id FROM users UNION SELECT id FROM deleted_users UNION SELECT user_id FROM tasks UNION SELECT user_id FROM trash);

ALTER TABLE users ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
UPDATE users SET number = (SELECT n.number FROM numbers AS n WHERE n.id = users.id);
CREATE UNIQUE INDEX users_by_number ON users (number);

ALTER TABLE user_total ADD COLUMN last_number INTEGER NOT NULL DEFAULT 0;
UPDATE user_total SET last_number = (SELECT coalesce(max(number), 0) FROM numbers);

ALTER TABLE deleted_users RENAME TO old_deleted_users;

CREATE TABLE deleted_users (
  number INTEGER NOT NULL PRIMARY KEY
) STRICT;

INSERT INTO deleted_users SELECT n.number FROM old_deleted_users AS o JOIN numbers AS n ON n.id = o.id;
DROP TABLE old_deleted_users;

ALTER TABLE task_totals RENAME TO old_task_totals;

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

INSERT INTO task_totals (owner, total, completed, trash, revision, pruned_revision, kept_answers, kept_bytes)
SELECT n.number, o.total, o.completed, o.trash, o.revision, o.pruned_revision, o.kept_answers, o.kept_bytes
FROM numbers AS n CROSS JOIN old_task_totals AS o ON o.user_id = n.id;
DROP TABLE old_task_totals;

ALTER TABLE tags RENAME TO old_tags;

CREATE TABLE tags (
  owner INTEGER NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  open INTEGER NOT NULL DEFAULT 0 CHECK (open BETWEEN 0 AND total),
  total INTEGER NOT NULL DEFAULT 0 CHECK (total >= 0),
  PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;

INSERT INTO tags (owner, key, name, open, total)
SELECT n.number, o.key, o.name, o.open, o.total
FROM numbers AS n CROSS JOIN old_tags AS o ON o.user_id = n.id;
DROP TABLE old_tags;

ALTER TABLE task_tags RENAME TO old_task_tags;

CREATE TABLE task_tags (
  owner INTEGER NOT NULL,
  key TEXT NOT NULL,
  is_completed INTEGER NOT NULL CHECK (is_completed IN (0, 1)),
  id BLOB NOT NULL,
  PRIMARY KEY (owner, key, is_completed, id)
) STRICT, WITHOUT ROWID;

INSERT INTO task_tags (owner, key, is_completed, id)
SELECT n.number, o.key, o.is_completed, o.id
FROM numbers AS n CROSS JOIN old_task_tags AS o ON o.user_id = n.id;
DROP TABLE old_task_tags;

ALTER TABLE reminders RENAME TO old_reminders;

CREATE TABLE reminders (
  owner INTEGER NOT NULL,
  remind_at INTEGER NOT NULL,
  id BLOB NOT NULL,
  PRIMARY KEY (owner, remind_at, id)
) STRICT, WITHOUT ROWID;

INSERT INTO reminders (owner, remind_at, id)
SELECT n.number, o.remind_at, o.id
FROM numbers AS n CROSS JOIN old_reminders AS o ON o.user_id = n.id;
DROP TABLE old_reminders;

ALTER TABLE import_keys RENAME TO old_import_keys;
DROP INDEX import_keys_by_id;

CREATE TABLE import_keys (
  owner INTEGER NOT NULL,
  key BLOB NOT NULL CHECK (length(key) = 16),
  id BLOB NOT NULL CHECK (length(id) = 16),
  PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;

INSERT INTO import_keys (owner, key, id)
SELECT n.number, o.key, o.id
FROM numbers AS n CROSS JOIN old_import_keys AS o ON o.user_id = n.id;
DROP TABLE old_import_keys;

CREATE UNIQUE INDEX import_keys_by_id ON import_keys (id);

ALTER TABLE tombstones RENAME TO old_tombstones;
DROP INDEX tombstones_by_id;
DROP INDEX tombstones_by_deletion;

CREATE TABLE tombstones (
  owner INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  id BLOB NOT NULL CHECK (length(id) = 16),
  deleted_at INTEGER NOT NULL,
  PRIMARY KEY (owner, revision)
) STRICT, WITHOUT ROWID;

INSERT INTO tombstones (owner, revision, id, deleted_at)
SELECT n.number, o.revision, o.id, o.deleted_at
FROM numbers AS n CROSS JOIN old_tombstones AS o ON o.user_id = n.id;
DROP TABLE old_tombstones;

CREATE UNIQUE INDEX tombstones_by_id ON tombstones (id);
CREATE INDEX tombstones_by_deletion ON tombstones (deleted_at);

ALTER TABLE trash RENAME TO old_trash;
DROP INDEX trash_by_id;
DROP INDEX trash_by_user_and_deletion;
DROP INDEX trash_by_deletion;

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

INSERT INTO trash (owner, id, deleted_at, title, description, is_completed, created_at, updated_at, revision,
  completed_at, due_date, remind_at, priority, tags, recurrence, recurrence_from, parent_task_id, next_task_id)
SELECT n.number, o.id, o.deleted_at, o.title, o.description, o.is_completed, o.created_at, o.updated_at, o.revision,
  o.completed_at, o.due_date, o.remind_at, o.priority, o.tags, o.recurrence, o.recurrence_from, o.parent_task_id, o.next_task_id
FROM numbers AS n CROSS JOIN old_trash AS o ON o.user_id = n.id;
DROP TABLE old_trash;

CREATE UNIQUE INDEX trash_by_id ON trash (id);
CREATE INDEX trash_by_user_and_deletion ON trash (owner, deleted_at, id);
CREATE INDEX trash_by_deletion ON trash (deleted_at);

ALTER TABLE tasks RENAME TO old_tasks;
DROP INDEX tasks_by_id;
DROP INDEX tasks_by_completion;
DROP INDEX tasks_by_update;
DROP INDEX tasks_by_due_date;
DROP INDEX tasks_by_priority;
DROP INDEX tasks_by_title;
DROP INDEX tasks_by_completion_time;
DROP INDEX tasks_by_revision;
DROP INDEX tasks_by_search_id;

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

INSERT INTO tasks (owner, id, title, description, is_completed, created_at, updated_at, revision,
  completed_at, due_date, remind_at, priority, tags, recurrence, recurrence_from, parent_task_id, next_task_id,
  title_key, search_id)
SELECT n.number, o.id, o.title, o.description, o.is_completed, o.created_at, o.updated_at, o.revision,
  o.completed_at, o.due_date, o.remind_at, o.priority, o.tags, o.recurrence, o.recurrence_from, o.parent_task_id, o.next_task_id,
  o.title_key, o.search_id
FROM numbers AS n CROSS JOIN old_tasks AS o ON o.user_id = n.id;
DROP TABLE old_tasks;

CREATE UNIQUE INDEX tasks_by_id ON tasks (id);
CREATE INDEX tasks_by_completion ON tasks (owner, is_completed, id);
CREATE INDEX tasks_by_update ON tasks (owner, is_completed, updated_at, id);
CREATE INDEX tasks_by_due_date ON tasks (owner, is_completed, due_date, id);
CREATE INDEX tasks_by_priority ON tasks (owner, is_completed, priority, id);
CREATE INDEX tasks_by_title ON tasks (owner, is_completed, title_key, id);
CREATE INDEX tasks_by_completion_time ON tasks (owner, completed_at, id) WHERE completed_at IS NOT NULL;
CREATE INDEX tasks_by_revision ON tasks (owner, revision);
CREATE UNIQUE INDEX tasks_by_search_id ON tasks (owner, search_id);

ALTER TABLE kept_answers RENAME TO old_kept_answers;
DROP INDEX kept_answers_by_key;
DROP INDEX kept_answers_by_user;
DROP INDEX kept_answers_by_time;

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

INSERT INTO kept_answers
SELECT o.number, n.number, o.key, o.request_hash, o.created_at, o.status, o.headers, o.body
FROM old_kept_answers AS o CROSS JOIN numbers AS n ON n.id = o.user_id;
DROP TABLE old_kept_answers;

CREATE UNIQUE INDEX kept_answers_by_key ON kept_answers (owner, key);
CREATE INDEX kept_answers_by_user ON kept_answers (owner);
CREATE INDEX kept_answers_by_time ON kept_answers (created_at);

DROP TABLE numbers;

-- What stands before each word says whose it is.
DROP TABLE task_terms;
DROP TABLE task_words;
CREATE VIRTUAL TABLE task_words USING fts5(title, description, tags, content='', columnsize=0, tokenize='ascii');
INSERT INTO task_words (task_words, rank) VALUES ('secure-delete', 1);
INSERT INTO task_words (task_words, rank) VALUES ('automerge', 8);
INSERT INTO task_words (rowid, title, description, tags)
SELECT search_id, taskdock_words(owner, title), taskdock_words(owner, description), taskdock_tag_words(owner, tags)
FROM tasks ORDER BY search_id;
CREATE VIRTUAL TABLE task_terms USING fts5vocab(task_words, instance);

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
