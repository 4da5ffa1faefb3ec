SELECT max(revised) FROM fact
