-- The configuration of `make demo`: the history in migrations/ on a small SQLite database.
return {
  url = os.getenv "DATABASE_URL" or "sqlite:demo.db",
  migrations = "migrations",
  revision_id = "sequential",
}
