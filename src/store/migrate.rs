//! Bringing a database to the schema this program knows.

use super::{OptionalExtension, Result, Store, StoreError, params, sha256};

/// Every migration in order: name and text. A released one is never edited.
const MIGRATIONS: &[(&str, &str)] = &[
    ("history", include_str!("../../db/migrations/0001-history.sql")),
    ("standing", include_str!("../../db/migrations/0002-standing.sql")),
    ("worksheet", include_str!("../../db/migrations/0003-worksheet.sql")),
    ("protocol-files", include_str!("../../db/migrations/0004-protocol-files.sql")),
    ("references", include_str!("../../db/migrations/0005-references.sql")),
    ("hits-by-pmid", include_str!("../../db/migrations/0006-hits-by-pmid.sql")),
];

/// Checks that the schema is one this program can read.
pub(super) fn check(store: &Store) -> Result<()> {
    let known = MIGRATIONS.len() as i64;
    let found: i64 = store.sql(store.connection.pragma_query_value(None, "user_version", |r| r.get(0)))?;
    if found > known {
        return Err(StoreError::Newer { path: store.path.clone(), found, known });
    }
    for (i, (name, text)) in MIGRATIONS.iter().enumerate().take(usize::try_from(found).unwrap_or(0)) {
        let number = i as i64 + 1;
        let stored: Option<String> = store.sql(
            store
                .connection
                .query_row(include_str!("../../db/statements/find-migration.sql"), [number], |r| r.get(0))
                .optional(),
        )?;
        if stored.as_deref() != Some(sha256(text.as_bytes()).as_str()) {
            return Err(StoreError::Changed { path: store.path.clone(), number, name: (*name).to_owned() });
        }
    }
    if found < known && found > 0 || found == 0 && !is_empty(store)? {
        return Err(
            store.damaged("a schema", "it was not made by tamis, or needs a writing command to bring it up to date")
        );
    }
    Ok(())
}

fn is_empty(store: &Store) -> Result<bool> {
    let n: i64 =
        store
            .sql(store.connection.query_row(include_str!("../../db/statements/count-tables.sql"), [], |r| r.get(0)))?;
    Ok(n == 0)
}

/// Applies what is missing, each migration in a transaction of its own.
pub(super) fn migrate(store: &mut Store) -> Result<()> {
    let found: i64 = store.sql(store.connection.pragma_query_value(None, "user_version", |r| r.get(0)))?;
    if found == 0 && !is_empty(store)? {
        return Err(store.damaged("tables", "the file is a database, but not one of tamis; use --db another file"));
    }
    for (i, (name, text)) in MIGRATIONS.iter().enumerate().skip(usize::try_from(found).unwrap_or(0)) {
        let number = i as i64 + 1;
        store.transaction(|t| {
            if number == 1 {
                t.execute_batch(include_str!("../../db/statements/create-migration.sql"))?;
            }
            t.execute_batch(text)?;
            t.execute(
                include_str!("../../db/statements/insert-migration.sql"),
                params![number, name, sha256(text.as_bytes())],
            )?;
            t.pragma_update(None, "user_version", number)
        })?;
    }
    check(store)
}
