-- The index of words has fewer parts: what it has until now becomes one.
INSERT INTO task_words (task_words, rank) VALUES ('automerge', 3);
INSERT INTO task_words (task_words) VALUES ('optimize');
