INSERT INTO run_import (run, import) SELECT ?1, id FROM reference_import WHERE review = ?2
