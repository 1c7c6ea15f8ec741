return {
  url = os.getenv "DATABASE_URL" or "postgresql://localhost/policies",
  migrations = "migrations",
}
