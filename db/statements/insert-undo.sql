INSERT INTO judgement_undo (import, number, line, undoes, note, undone_on) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
