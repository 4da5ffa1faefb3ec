SELECT id FROM screening WHERE protocol = ?1 AND program = ?2
