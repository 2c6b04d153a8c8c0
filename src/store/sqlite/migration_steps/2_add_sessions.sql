-- Sessions, with refresh tokens.

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
