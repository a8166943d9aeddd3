"""Importing this starts the tests' own PostgreSQL and sets Django up, before anything of the product is imported."""

import django

import tests.support.database  # noqa: F401  settings are read after the server is there

django.setup()
