-- The pages of the index of words that are written from now on are smaller; those that there are stay until parts are
-- merged.
INSERT INTO task_words (task_words, rank) VALUES ('pgsz', 1000);
