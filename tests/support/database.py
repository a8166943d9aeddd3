"""A pytest plugin loaded before settings: the tests' own PostgreSQL runs before Django looks for it."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("ASTRA_ENVIRONMENT", "test")
os.environ.setdefault("ASTRA_HOME", str(ROOT / ".astra" / "test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "astra.core.project.settings")
os.environ.setdefault("ASTRA_SANDBOX_PAYMENTS_KEY", "key_for_tests")
os.environ.setdefault("ASTRA_SANDBOX_PAYMENTS_WEBHOOK_SECRET", "whsec_dGVzdHMtb25seS1zZWNyZXQtMDAwMDAwMDA=")

from astra.core.project.postgresql.prepare import prepare_server  # noqa: E402  the environment above comes first
from astra.core.project.translations import compile_catalogues  # noqa: E402

prepare_server(with_tests=True)  # embedded: sets ASTRA_DATABASE_PORT; another checkout's tests may hold the usual port
compile_catalogues()
