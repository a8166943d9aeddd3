"""Django's settings. Whatever the environment may change goes through ``env``; the rest is fixed here."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from astra.core.project import env
from astra.core.project.database import databases
from astra.core.project.home import astra_home, own_secret

BASE_DIR = Path(__file__).resolve().parents[3]
ASTRA_HOME = str(astra_home())
env.text("ASTRA_HOME", "", "Folder of keys, embedded database and addresses of this installation.")
ASTRA_ENVIRONMENT = env.choice("ASTRA_ENVIRONMENT", "local", ("local", "demo", "test", "production"), "What this installation is.")
PRODUCTION = ASTRA_ENVIRONMENT == "production"

ASTRA_PORT = env.number("ASTRA_PORT", 8000, "Port of the portal; the embedded database listens 432 above it.")
ASTRA_PUBLIC_URL = env.text(
    "ASTRA_PUBLIC_URL",
    f"http://localhost:{ASTRA_PORT}",
    "Address under which people and Discord reach this installation.",
).rstrip("/")
ASTRA_CORE_URL = env.text("ASTRA_CORE_URL", f"http://127.0.0.1:{ASTRA_PORT}", "Address under which bots reach the core.").rstrip("/")
ASTRA_ENGINES = env.words(
    "ASTRA_ENGINES", "none,local,pool", "Ways to run bots that this installation has: none, local, pool, docker, kubernetes."
)
ASTRA_POOL_SIZE = env.number("ASTRA_POOL_SIZE", 500, "Most bots that one process of engine pool keeps.")
ASTRA_DATABASE_PORT = env.number("ASTRA_DATABASE_PORT", ASTRA_PORT + 432, "Port of the embedded database.")
DATABASES = databases(
    ASTRA_DATABASE_PORT,
    f"astra_test_{env.text('ASTRA_TEST_DB', 'main', 'Name of the test database, so that two runs do not meet.')}",
)

SECRET_KEY = env.text("ASTRA_SECRET_KEY", "", "Signs sessions and links. Made at first start when empty.", secret=True) or own_secret(
    "django"
)
ASTRA_KEK = env.text(
    "ASTRA_KEK",
    "",
    "Key-encryption keys, lines of name:base64 (32 bytes), newest first. Production needs it.",
    secret=True,
)
ASTRA_KEK_FILE = env.text("ASTRA_KEK_FILE", "", "A file that holds what ASTRA_KEK would.")

ASTRA_DISCORD_API = env.text("ASTRA_DISCORD_API", "https://discord.com/api/v10", "Discord's REST address.").rstrip("/")
ASTRA_DISCORD_GATEWAY = env.text("ASTRA_DISCORD_GATEWAY", "wss://gateway.discord.gg/", "Discord's gateway address.")
ASTRA_DISCORD_SITE = env.text("ASTRA_DISCORD_SITE", "https://discord.com", "Discord's site, for invite links.").rstrip("/")
ASTRA_DISCORD_CLIENT_ID = env.text(
    "ASTRA_DISCORD_CLIENT_ID",
    "",
    "Id of the Discord application that people sign in through; its redirect address is <ASTRA_PUBLIC_URL>/conta/discord/volta/. "
    "Empty: nobody signs in with Discord.",
)
ASTRA_DISCORD_CLIENT_SECRET = env.text("ASTRA_DISCORD_CLIENT_SECRET", "", "Client secret of that application.", secret=True)
ASTRA_PAYMENT_PROVIDER = env.choice("ASTRA_PAYMENT_PROVIDER", "sandbox", ("sandbox",), "Who charges and pays out.")
ASTRA_ALLOW_SANDBOX_IN_PRODUCTION = (
    env.choice(
        "ASTRA_ALLOW_SANDBOX_IN_PRODUCTION",
        "no",
        ("yes", "no"),
        "Whether production may take the sandbox's play money: for a rehearsal. Without it production refuses to start so.",
    )
    == "yes"
)
ASTRA_SANDBOX_PAYMENTS_URL = env.text("ASTRA_SANDBOX_PAYMENTS_URL", "http://127.0.0.1:8200", "Address of the sandbox provider.").rstrip("/")
ASTRA_SANDBOX_PAYMENTS_KEY = env.text("ASTRA_SANDBOX_PAYMENTS_KEY", "", "API key at the sandbox provider.", secret=True)
ASTRA_SANDBOX_PAYMENTS_WEBHOOK_SECRET = env.text(
    "ASTRA_SANDBOX_PAYMENTS_WEBHOOK_SECRET",
    "",
    "Secret (whsec_…) that signs the sandbox provider's webhooks. Empty: the endpoint answers 404.",
    secret=True,
)
ASTRA_INTERACTIONS_TRANSPORT = env.choice(
    "ASTRA_INTERACTIONS_TRANSPORT",
    "auto",
    ("auto", "http", "relay"),
    "How clicks reach the core; auto means http for engine none and relay otherwise. With http, which needs a public address, presses go "
    "on being answered while a bot starts again or gets another token.",
)
ASTRA_BOT_IMAGE = env.text(
    "ASTRA_BOT_IMAGE",
    "",
    "Image of the engine docker, fixed: sha256:… as scripts/bot-image prints it, or name@sha256:… of your registry.",
)
ASTRA_BOT_MEMORY_MIB = env.number("ASTRA_BOT_MEMORY_MIB", 128, "Memory that one bot's container may use, in MiB.")
ASTRA_BOT_CPU_PERCENT = env.number("ASTRA_BOT_CPU_PERCENT", 25, "Share of one processor that one bot's container may use, in percent.")
ASTRA_DOCKER_HOST = env.text(
    "ASTRA_DOCKER_HOST", "unix:///var/run/docker.sock", "Address of the container engine; the supervisor alone uses it."
)
ASTRA_DOCKER_NETWORK = env.choice(
    "ASTRA_DOCKER_NETWORK",
    "own",
    ("own", "host"),
    "own: an internal network per bot, with ASTRA_DOCKER_EGRESS as the only way out. host: no wall between a bot and this machine's"
    " loopback, for the demo; production refuses it.",
)
if PRODUCTION and ASTRA_DOCKER_NETWORK == "host":
    raise ImproperlyConfigured("ASTRA_DOCKER_NETWORK is host: every bot would reach whatever listens on this machine. Use own.")
ASTRA_DOCKER_EGRESS = env.text(
    "ASTRA_DOCKER_EGRESS",
    "astra-egress:3128",
    "Proxy that lets bots out to Discord and the core: container:port, or host:port for one that listens on the engine's machine.",
)
ASTRA_KUBERNETES_NAMESPACE = env.text("ASTRA_KUBERNETES_NAMESPACE", "astra-bots", "Namespace of the cluster in which bots run.")
ASTRA_KUBERNETES_CONFIG = env.text(
    "ASTRA_KUBERNETES_CONFIG", "", "Path of the kubeconfig of the supervisor. Empty: it runs in the cluster and uses its service account."
)
ASTRA_KUBERNETES_PROXY = env.text(
    "ASTRA_KUBERNETES_PROXY", "", "HTTP proxy by which the cluster's bots reach Discord and the core, where it is the only way out."
)
ASTRA_METRICS_TOKEN = env.text(
    "ASTRA_METRICS_TOKEN", "", "Word with which /metrics may be read from other machines (Bearer). Empty: this machine only.", secret=True
)
ASTRA_CHARGE_MINUTES = env.number("ASTRA_CHARGE_MINUTES", 15, "Minutes that a reservation and its charge live.")

DEBUG = False
ALLOWED_HOSTS = [
    *env.words("ASTRA_ALLOWED_HOSTS", "localhost,[::1]", "Host names this installation answers to, besides those of its own addresses."),
    # The installation's own programs ask by these: bots, and whoever waits for /readyz.
    *{host for url in (ASTRA_PUBLIC_URL, ASTRA_CORE_URL) if (host := urlsplit(url).hostname)} | {"127.0.0.1"},
]
CSRF_TRUSTED_ORIGINS = [ASTRA_PUBLIC_URL]
ROOT_URLCONF = "astra.core.project.urls"
WSGI_APPLICATION = "astra.core.project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
SITE_ID = None
APPEND_SLASH = True

JOURNEY = ("accounts", "billing", "instances", "catalog", "publication", "sales", "delivery", "wallet")
_own_apps = [
    "astra.core.foundation",
    "astra.core.ledger",
    "astra.core.payments",
    *(f"astra.core.journey.{stage}" for stage in JOURNEY),
    *(
        f"astra.core.surfaces.{surface}"
        for surface in (
            "ui",
            "portal",
            "backoffice",
            "discord",
            "purchases",
            "api",
            "runtime_api",
            "webhooks",
            "observability",
        )
    ),
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "django_cotton",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    *[app for app in _own_apps if find_spec(app) and find_spec(f"{app}.apps")],
    "astra.core.project",
]
MIDDLEWARE = [
    "astra.core.foundation.telemetry.timing.RequestTiming",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "astra.core.surfaces.ui.reader.Reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "astra/core/surfaces/ui/templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
COTTON_DIR = "cotton"

STATIC_URL = "/static/"
STATIC_ROOT = str(Path(ASTRA_HOME) / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if ASTRA_ENVIRONMENT != "test"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = ASTRA_ENVIRONMENT == "test"

LANGUAGE_CODE = "pt-br"
LANGUAGES = [("pt-br", _("Portuguese (Brazil)")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Sao_Paulo"
USE_THOUSAND_SEPARATOR = True

# With this prefix browsers take the cookie from this host alone, over TLS, for every path: no sibling of the domain can plant one.
_prefix = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME = f"{_prefix}astra_session"
CSRF_COOKIE_NAME = f"{_prefix}astra_csrf"
ASTRA_KNOWN_BROWSER_COOKIE = f"{_prefix}astra_known"
LANGUAGE_COOKIE_NAME = "astra_language"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
# TLS ends at the proxy, which must set this header itself; the server listens on 127.0.0.1 and nobody else reaches it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
# Asked from inside, without the proxy: bots and the machine's own watchers.
SECURE_REDIRECT_EXEMPT = [r"^runtime/", r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
X_FRAME_OPTIONS = "DENY"
# A paste of stock: four million characters, as a browser writes them. The doors of machines have smaller limits of their own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # A form that begins signing in is answered with the way to Discord, which browsers hold against form-action too.
        "form-action": [SELF, *([ASTRA_DISCORD_SITE] if ASTRA_DISCORD_CLIENT_ID else [])],
    }
}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if ASTRA_ENVIRONMENT == "test":  # the tests make hundreds of people; their passwords guard nothing
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "astra.core.journey.accounts.models.user.display_name"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
# Limits per address count the person's, not the proxy's: otherwise ten wrong passwords of one would lock everybody out. Only so many
# of the last addresses in X-Forwarded-For are believed as proxies wrote; what a client puts in front of them is not looked at.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number(
    "ASTRA_TRUSTED_PROXIES",
    1 if PRODUCTION else 0,
    "How many reverse proxies stand before this installation and add to X-Forwarded-For (in production: 1).",
)
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_ADAPTER = "astra.core.journey.accounts.sign_in.SignIn"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Who lost the way in and proved the mailbox is in: nobody's guessing can keep the owner out.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
MFA_ADAPTER = "astra.core.journey.accounts.second_factor.SecondFactor"
# Wrong passwords and codes are counted by accounts.actions.count_attempt, in one statement of the database each.
ACCOUNT_RATE_LIMITS = {"login_failed": None, "change_password": None}
ACCOUNT_FORMS = {"change_password": "astra.core.journey.accounts.password_forms.NewPassword"}
MFA_FORMS = {
    "authenticate": "astra.core.journey.accounts.code_forms.SignInCode",
    "reauthenticate": "astra.core.journey.accounts.code_forms.ConfirmCode",
    "activate_totp": "astra.core.journey.accounts.code_forms.FirstCode",
    "add_webauthn": "astra.core.journey.accounts.passkey_forms.NewPasskey",
    "edit_webauthn": "astra.core.journey.accounts.passkey_forms.NameOfPasskey",
    "login_webauthn": "astra.core.journey.accounts.passkey_forms.SignInByPasskey",
    "authenticate_webauthn": "astra.core.journey.accounts.passkey_forms.SecondStepByPasskey",
    "reauthenticate_webauthn": "astra.core.journey.accounts.passkey_forms.ConfirmByPasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
# A passkey signs in by itself, so the device must have seen its owner: finger, face or PIN.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RATE_LIMITS = {"webauthn_login": None}
SOCIALACCOUNT_ADAPTER = "astra.core.journey.accounts.discord_sign_in.DiscordSignIn"
SOCIALACCOUNT_PROVIDERS = {"discord": {"SCOPE": ["identify", "email"], "OAUTH_PKCE_ENABLED": True}}
SOCIALACCOUNT_FORMS = {"signup": "astra.core.journey.accounts.discord_sign_up.DiscordSignUp"}
# Nobody gets an account that he did not ask for: who is unknown is asked first whether he has one already.
SOCIALACCOUNT_AUTO_SIGNUP = False
# An account is found by the Discord id alone: whoever has a Discord account with somebody's address gets nothing of his.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if ASTRA_PUBLIC_URL.startswith("https") else "http"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if ASTRA_ENVIRONMENT != "test" else "django.core.mail.backends.locmem.EmailBackend"
)
EMAIL_HOST = env.text("ASTRA_SMTP_HOST", "127.0.0.1", "Host of the SMTP server.")
EMAIL_PORT = env.number("ASTRA_SMTP_PORT", ASTRA_PORT + 325, "Port of the SMTP server.")
EMAIL_HOST_USER = env.text("ASTRA_SMTP_USER", "", "User at the SMTP server.")
EMAIL_HOST_PASSWORD = env.text("ASTRA_SMTP_PASSWORD", "", "Password at the SMTP server.", secret=True)
_smtp_tls = env.choice(
    "ASTRA_SMTP_TLS", "no", ("no", "yes", "implicit"), "TLS of SMTP: yes begins it after connecting (587), implicit with it (465)."
)
EMAIL_USE_TLS, EMAIL_USE_SSL = _smtp_tls == "yes", _smtp_tls == "implicit"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("ASTRA_MAIL_FROM", "AstraSystems <ola@astra.localhost>", "Sender of the product's mail.")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}  # project/program.py adds the tenant's middleware
# The product's own log goes through structlog (foundation.telemetry); Django's is kept quiet and without request bodies.
LOGGING_CONFIG = None
# Limits of sign-in and the words of forms live here. Django's default of 300 entries would let three hundred strangers push them out.
DATABASE_CACHE = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "LOCATION": "foundation_cache",
    "OPTIONS": {"MAX_ENTRIES": 50_000},
}
CACHES = {"default": DATABASE_CACHE}
if ASTRA_ENVIRONMENT == "test":
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
