SELECT id, label FROM criterion WHERE protocol = ?1 ORDER BY position
