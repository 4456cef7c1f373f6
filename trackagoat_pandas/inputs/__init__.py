"""What users pass: settings, dates, handles, ids and tables."""
