SELECT first_seen FROM protocol_version WHERE hash = ?1
