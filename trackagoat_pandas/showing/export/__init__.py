"""Files for spreadsheets: workbooks and CSV in which no text is a formula and no digit is lost."""
