"""The endpoints of the sandbox, one module a subject; catalogue.py lists them all."""
