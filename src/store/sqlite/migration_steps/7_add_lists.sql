-- Revisions, tags, the trash, and indexes for the orders of a list. The tasks so far are numbered
-- in the order of their creation.

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
  parent_task_id BLOB CHECK (length(parent_task_id) = 16),
  next_task_id BLOB CHECK (length(next_task_id) = 16),
  title_key TEXT NOT NULL,
  search_id INTEGER NOT NULL,
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

INSERT INTO tasks
SELECT user_id, id, title, description, is_completed, created_at, updated_at,
  number, completed_at, due_date, remind_at, priority, NULL,
  recurrence, recurrence_from, parent_task_id, next_task_id, taskdock_fold(title),
  -- At least what the id says, and more than that of the task before.
  number + max(taskdock_search_id(id) - number) OVER (PARTITION BY user_id ORDER BY id ROWS UNBOUNDED PRECEDING)
FROM (SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY id) AS number FROM old_tasks);
DROP TABLE old_tasks;

CREATE UNIQUE INDEX tasks_by_id ON tasks (id);

CREATE INDEX tasks_by_completion ON tasks (user_id, is_completed, id);
CREATE INDEX tasks_by_update ON tasks (user_id, is_completed, updated_at, id);
CREATE INDEX tasks_by_due_date ON tasks (user_id, is_completed, due_date, id);
CREATE INDEX tasks_by_priority ON tasks (user_id, is_completed, priority, id);
CREATE INDEX tasks_by_title ON tasks (user_id, is_completed, title_key, id);
CREATE INDEX tasks_by_completion_time ON tasks (user_id, completed_at, id) WHERE completed_at IS NOT NULL;
CREATE UNIQUE INDEX tasks_by_search_id ON tasks (user_id, search_id);

CREATE VIRTUAL TABLE task_words USING fts5(title, description, tags, content='', columnsize=0, tokenize='ascii');
INSERT INTO task_words (task_words, rank) VALUES ('secure-delete', 1);
INSERT INTO task_words (task_words, rank) VALUES ('automerge', 8);
INSERT INTO task_words (rowid, title, description)
SELECT search_id, taskdock_words(user_id, title), taskdock_words(user_id, description) FROM tasks ORDER BY search_id;
CREATE VIRTUAL TABLE task_terms USING fts5vocab(task_words, instance);

CREATE TABLE trash (
  user_id BLOB NOT NULL,
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
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX trash_by_id ON trash (id);
CREATE INDEX trash_by_user_and_deletion ON trash (user_id, deleted_at, id);
CREATE INDEX trash_by_deletion ON trash (deleted_at);

CREATE TABLE tags (
  user_id BLOB NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  open INTEGER NOT NULL DEFAULT 0 CHECK (open BETWEEN 0 AND total),
  total INTEGER NOT NULL DEFAULT 0 CHECK (total >= 0),
  PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE task_tags (
  user_id BLOB NOT NULL,
  key TEXT NOT NULL,
  is_completed INTEGER NOT NULL CHECK (is_completed IN (0, 1)),
  id BLOB NOT NULL,
  PRIMARY KEY (user_id, key, is_completed, id)
) STRICT, WITHOUT ROWID;

-- Without the setting, what refers to the table would refer to it by its new name.
PRAGMA legacy_alter_table = ON;
ALTER TABLE task_totals RENAME TO old_task_totals;
PRAGMA legacy_alter_table = OFF;

CREATE TABLE task_totals (
  user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  total INTEGER NOT NULL DEFAULT 0 CHECK (total >= 0),
  completed INTEGER NOT NULL DEFAULT 0 CHECK (completed BETWEEN 0 AND total),
  trash INTEGER NOT NULL DEFAULT 0 CHECK (trash >= 0),
  revision INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

INSERT INTO task_totals SELECT user_id, total, completed, 0, total FROM old_task_totals;
DROP TABLE old_task_totals;

CREATE TRIGGER tasks_inserted AFTER INSERT ON tasks
BEGIN
  UPDATE task_totals
  SET total = total + 1, completed = completed + new.is_completed, revision = new.revision
  WHERE user_id = new.user_id;
  SELECT RAISE(ABORT, 'a task needs an owner') WHERE changes() = 0;
END;

CREATE TRIGGER tasks_deleted AFTER DELETE ON tasks
BEGIN
  UPDATE task_totals SET total = total - 1, completed = completed - old.is_completed
  WHERE user_id = old.user_id;
END;

CREATE TRIGGER tasks_changed AFTER UPDATE OF is_completed, revision ON tasks
BEGIN
  UPDATE task_totals
  SET completed = completed + new.is_completed - old.is_completed, revision = new.revision
  WHERE user_id = new.user_id;
END;

CREATE TRIGGER trash_inserted AFTER INSERT ON trash
BEGIN
  UPDATE task_totals SET trash = trash + 1, revision = new.revision WHERE user_id = new.user_id;
END;

CREATE TRIGGER trash_deleted AFTER DELETE ON trash
BEGIN
  UPDATE task_totals SET trash = trash - 1 WHERE user_id = old.user_id;
END;

CREATE TRIGGER task_tags_inserted AFTER INSERT ON task_tags
BEGIN
  UPDATE tags SET total = total + 1, open = open + 1 - new.is_completed
  WHERE user_id = new.user_id AND key = new.key;
END;

CREATE TRIGGER task_tags_changed AFTER UPDATE OF is_completed ON task_tags
BEGIN
  UPDATE tags SET open = open + old.is_completed - new.is_completed
  WHERE user_id = new.user_id AND key = new.key;
END;

CREATE TRIGGER task_tags_deleted AFTER DELETE ON task_tags
BEGIN
  UPDATE tags SET total = total - 1, open = open - 1 + old.is_completed
  WHERE user_id = old.user_id AND key = old.key;
  DELETE FROM tags WHERE user_id = old.user_id AND key = old.key AND total = 0;
END;
