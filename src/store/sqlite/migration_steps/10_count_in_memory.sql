-- A transaction counts tasks and tags itself, and writes the numbers once: see
-- src/store/sqlite/total_table.h and tag_table.h.
DROP TRIGGER tasks_inserted;
DROP TRIGGER tasks_deleted;
DROP TRIGGER tasks_changed;
DROP TRIGGER trash_inserted;
DROP TRIGGER trash_deleted;
DROP TRIGGER task_tags_inserted;
DROP TRIGGER task_tags_changed;
DROP TRIGGER task_tags_deleted;

CREATE TRIGGER trash_deleted AFTER DELETE ON trash
BEGIN
  DELETE FROM import_keys WHERE id = old.id
    AND NOT EXISTS (SELECT 1 FROM tasks WHERE id = old.id)
    AND NOT EXISTS (SELECT 1 FROM tombstones WHERE id = old.id);
END;
