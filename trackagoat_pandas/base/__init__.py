"""What every module may use: words, text and the roots of errors."""
