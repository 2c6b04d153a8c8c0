-- Parts of the index of words are merged sooner from now on; those that there are become one.
INSERT INTO task_words (task_words, rank) VALUES ('automerge', 3);
INSERT INTO task_words (task_words) VALUES ('optimize');
