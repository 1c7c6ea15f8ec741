return {
  url = os.getenv "DATABASE_URL" or "sqlite:payments.db",
  migrations = "migrations",
}
