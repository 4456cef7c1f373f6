"""The live page: the tour in the reader's browser, by JupyterLite and Pyodide."""
