-- A user need not have a password, and one of them may be the local user.

DROP TRIGGER users_inserted;
DROP TRIGGER users_deleted;
-- Without the setting, what refers to the table would refer to it by its new name.
PRAGMA legacy_alter_table = ON;
ALTER TABLE users RENAME TO old_users;
PRAGMA legacy_alter_table = OFF;

CREATE TABLE users (
  id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO users SELECT id, email, name, password_hash, created_at FROM old_users;
DROP TABLE old_users;

CREATE TABLE local_user (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  user_id BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE
) STRICT;

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
