"""The files of a store: a SQLite ledger and the Parquet parts that it names."""
