"""Everything that must outlive the process, on SQLAlchemy: SQLite embedded, PostgreSQL for more than one node."""
