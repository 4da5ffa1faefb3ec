SELECT criterion, outcome, reason FROM assessment WHERE screening = ?1 AND revision = ?2
