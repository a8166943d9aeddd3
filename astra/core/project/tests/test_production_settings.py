"""What production's settings say, read by a process of its own as a production host would."""

import json
import subprocess
import sys

import pytest

from astra.core.project.tests.conftest import ROOT, environment
from astra.core.project.tests.test_safe_start import PRODUCTION

ASK = """
import json, django
django.setup()
from django.conf import settings
from django.test import RequestFactory
from allauth.core.internal.httpkit import get_client_ip

def seen(**headers):
    return get_client_ip(RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", **headers))

names = "DEBUG SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SESSION_COOKIE_HTTPONLY SESSION_COOKIE_PATH"
names += " SESSION_COOKIE_DOMAIN CSRF_COOKIE_DOMAIN SECURE_HSTS_SECONDS SECURE_SSL_REDIRECT ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS"
found = {name: getattr(settings, name) for name in names.split()}
found["forged"] = seen(HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.9")
found["plain"] = seen(HTTP_X_FORWARDED_FOR="203.0.113.9")
found["direct"] = seen()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    given = {**environment(tmp_path_factory.mktemp("home")), **PRODUCTION, "DJANGO_SETTINGS_MODULE": "astra.core.project.settings"}
    answer = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout.splitlines()[-1])


def test_cookies_belong_to_this_host_alone(production):
    for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"):
        assert production[name].startswith("__Host-")
    assert production["SESSION_COOKIE_SECURE"] is production["CSRF_COOKIE_SECURE"] is production["SESSION_COOKIE_HTTPONLY"] is True
    assert (production["SESSION_COOKIE_PATH"], production["SESSION_COOKIE_DOMAIN"], production["CSRF_COOKIE_DOMAIN"]) == ("/", None, None)


def test_hosts_and_transport(production):
    assert production["DEBUG"] is False
    assert production["SECURE_SSL_REDIRECT"] is True
    assert production["SECURE_HSTS_SECONDS"] >= 365 * 86_400
    assert "*" not in production["ALLOWED_HOSTS"]
    assert production["CSRF_TRUSTED_ORIGINS"] == ["https://shop.example.org"]


def test_limits_count_the_persons_address_and_not_what_he_claims(production):
    assert production["plain"] == production["forged"] == "203.0.113.9"
    assert production["direct"] == "127.0.0.1"
