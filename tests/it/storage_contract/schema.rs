//! Purpose: the two schemas are one: the same tables, columns, keys, indexes and rules.
//!
//! Invariant: what the databases say of themselves is compared, not the files, so that it holds whatever the files say.

use std::collections::BTreeSet;

use homeroom::storage::{Database, Row};

use crate::databases::{Kind, fresh};

/// A schema in words that are the same for both databases.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// `table.column kind [not null] [default …]`.
    columns: BTreeSet<String>,
    /// `table (columns)`, for primary keys and whatever else is unique.
    unique: BTreeSet<String>,
    /// `name on table (columns) [where]`, for indexes that only make things fast.
    indexes: BTreeSet<String>,
    /// `table (columns) -> table (columns)`.
    references: BTreeSet<String>,
    /// `table: words of the rule`.
    checks: BTreeSet<String>,
}

impl Schema {
    /// The tables that migrations made.
    pub fn tables(&self) -> BTreeSet<String> {
        self.columns.iter().filter_map(|column| column.split('.').next()).map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn both_databases_have_the_same_schema() {
    let (sqlite, postgres) = (fresh(Kind::Sqlite).await, fresh(Kind::Postgres).await);
    let (sqlite, postgres) = (of(&sqlite).await, of(&postgres).await);
    for (what, left, right) in [
        ("columns", &sqlite.columns, &postgres.columns),
        ("unique", &sqlite.unique, &postgres.unique),
        ("indexes", &sqlite.indexes, &postgres.indexes),
        ("references", &sqlite.references, &postgres.references),
        ("checks", &sqlite.checks, &postgres.checks),
    ] {
        let only_left: Vec<_> = left.difference(right).collect();
        let only_right: Vec<_> = right.difference(left).collect();
        assert!(
            only_left.is_empty() && only_right.is_empty(),
            "{what}: only in SQLite {only_left:#?}, only in PostgreSQL {only_right:#?}"
        );
        assert!(left.len() > 4, "{what} were not read: {left:?}");
    }
}

/// What a database says of its schema, without the table of the migrations.
pub async fn of(database: &Database) -> Schema {
    let (columns, keys, references, checks) = match database {
        Database::Sqlite { .. } => (SQLITE_COLUMNS, SQLITE_KEYS, SQLITE_REFERENCES, SQLITE_CHECKS),
        Database::Postgres(_) => (POSTGRES_COLUMNS, POSTGRES_KEYS, POSTGRES_REFERENCES, POSTGRES_CHECKS),
    };
    let mut tx = database.read().await.unwrap();
    let mut schema = Schema::default();
    for row in tx.rows(columns, &[]).await.unwrap() {
        let [table, column, kind, default] = texts(&row);
        let nullable = row.get::<bool>(4).unwrap();
        let kind = match kind.to_lowercase().as_str() {
            "integer" | "bigint" => "number".to_owned(),
            "blob" | "bytea" => "bytes".to_owned(),
            other => other.to_owned(),
        };
        let null = if nullable { "" } else { " not null" };
        let default = default.split("::").next().unwrap_or_default().to_owned();
        schema.columns.insert(format!("{table}.{column} {kind}{null} {default}"));
    }
    for row in tx.rows(keys, &[]).await.unwrap() {
        let [table, name, columns, condition] = texts(&row);
        if row.get::<bool>(4).unwrap() {
            schema.unique.insert(format!("{table} ({columns}) {condition}"));
        } else {
            schema.indexes.insert(format!("{name} on {table} ({columns}) {condition}"));
        }
    }
    for row in tx.rows(references, &[]).await.unwrap() {
        let [table, columns, other, others] = texts(&row);
        schema.references.insert(format!("{table} ({columns}) -> {other} ({others})"));
    }
    for row in tx.rows(checks, &[]).await.unwrap() {
        let table: String = row.get(0).unwrap();
        for rule in rules(&row.get::<String>(1).unwrap()) {
            schema.checks.insert(format!("{table}: {rule}"));
        }
    }
    schema
}

fn texts(row: &Row) -> [String; 4] {
    [0, 1, 2, 3].map(|index| row.get::<Option<String>>(index).unwrap().unwrap_or_default())
}

/// The rules in a text such as `… CHECK (state IN ('a', 'b')) …`, each as its words in order. PostgreSQL writes the
/// same rule as `CHECK ((state = ANY (ARRAY['a'::text, 'b'::text])))`.
fn rules(text: &str) -> Vec<String> {
    text.split("CHECK").skip(1).map(|rest| words(inside_brackets(rest)).join(" ")).collect()
}

fn inside_brackets(text: &str) -> &str {
    let mut depth = 0_i32;
    for (place, letter) in text.char_indices() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        if depth == 0 && letter == ')' {
            return &text[..place];
        }
    }
    panic!("a bracket is not closed: {text}")
}

fn words(text: &str) -> Vec<String> {
    const NOISE: [&str; 6] = ["in", "any", "array", "text", "bigint", "integer"];
    text.split(|letter: char| !(letter.is_alphanumeric() || "_-<>".contains(letter)))
        .map(str::to_lowercase)
        .filter(|word| !word.is_empty() && !NOISE.contains(&word.as_str()))
        .collect()
}

#[test]
fn a_rule_reads_the_same_from_both_databases() {
    let sqlite = rules("x TEXT CHECK (state IN ('ready', 'sent')), y INTEGER CHECK (y >= 0)");
    let postgres = rules("CHECK ((state = ANY (ARRAY['ready'::text, 'sent'::text]))) CHECK ((y >= 0))");
    assert_eq!(sqlite, ["state ready sent", "y > 0"]);
    assert_eq!(sqlite, postgres);
    assert_ne!(sqlite, rules("CHECK (state IN ('ready', 'failed')) CHECK (y >= 0)"));
}

const SQLITE_COLUMNS: &str = "
    SELECT t.name, c.name, c.type, c.dflt_value, NOT c.\"notnull\" AND NOT c.pk
    FROM pragma_table_list t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.schema = 'main' AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~' AND t.name <> '_sqlx_migrations'";
const POSTGRES_COLUMNS: &str = "
    SELECT table_name::text, column_name::text, data_type::text, column_default::text, (is_nullable = 'YES')::int::bigint
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations'";
// A primary key of one whole number is the row's own number in SQLite and has no index to be listed.
const SQLITE_KEYS: &str = "
    SELECT t.name, i.name,
        (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)),
        CASE i.partial WHEN 1 THEN 'where' END, i.\"unique\"
    FROM sqlite_schema t, pragma_index_list(t.name) i WHERE t.type = 'table' AND t.name <> '_sqlx_migrations'
    UNION ALL
    SELECT t.name, '', (SELECT group_concat(name) FROM (SELECT name FROM pragma_table_info(t.name) WHERE pk > 0 ORDER BY pk)), NULL, 1
    FROM sqlite_schema t
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~' AND t.name <> '_sqlx_migrations'
        AND (SELECT count(*) FROM pragma_table_info(t.name) WHERE pk > 0) > 0";
const POSTGRES_KEYS: &str = "
    SELECT i.indrelid::regclass::text, c.relname::text,
        (SELECT string_agg(a.attname, ',' ORDER BY k.place) FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (number, place)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number),
        CASE WHEN i.indpred IS NOT NULL THEN 'where' END, i.indisunique::int::bigint
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND i.indrelid::regclass::text <> '_sqlx_migrations'";
const SQLITE_REFERENCES: &str = "
    SELECT t.name, group_concat(f.\"from\"), f.\"table\", group_concat(f.\"to\")
    FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table' GROUP BY t.name, f.id";
const POSTGRES_REFERENCES: &str = "
    SELECT conrelid::regclass::text,
        (SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)),
        confrelid::regclass::text,
        (SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = confrelid AND attnum = ANY (confkey))
    FROM pg_constraint WHERE contype = 'f'";
const SQLITE_CHECKS: &str = "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%CHECK%'";
const POSTGRES_CHECKS: &str = "
    SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'c' AND connamespace = 'public'::regnamespace";
