return { url = "sqlite:proxy-pool.db" }
