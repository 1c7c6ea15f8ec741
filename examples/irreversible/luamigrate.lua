return {
  url = os.getenv "DATABASE_URL" or "sqlite:app.db",
  migrations = "migrations",
}
