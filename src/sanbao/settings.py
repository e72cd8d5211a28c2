"""Settings: everything comes from the environment, with defaults that run on one machine.

The table of variables stands in docs/reference/environment.md.
"""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.csp import CSP

REPO = Path(__file__).resolve().parents[2]
PACKAGE = Path(__file__).resolve().parent
HOME = Path(os.environ.get("SANBAO_HOME") or REPO / "var").absolute()
HOME.mkdir(mode=0o700, parents=True, exist_ok=True)


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def secret_key() -> str:
    """The signing key: from the environment, or made once and kept beside the data with mode 0600."""
    if key := os.environ.get("SANBAO_SECRET_KEY"):
        return key
    path = HOME / "secret-key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(key := secrets.token_urlsafe(48))
    return key


def database(url: str) -> dict[str, object]:
    """``postgres://user:password@host:port/name`` or ``sqlite:///path``; a host may be a socket folder."""
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        options: dict[str, object] = dict(parse_qsl(parts.query))
        host = str(options.pop("host", "") or unquote(parts.hostname or ""))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": str(parts.port or ""),
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                # JIT costs more than it gives on our short recursive questions (design §7).
                "options": "-c jit=off",
                "pool": {"min_size": 1, "max_size": 8, "timeout": 20},
                **options,
            },
        }
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "sanbao.kernel.sqlite",
            "NAME": unquote(parts.path) if parts.path.startswith("//") else unquote(parts.path[1:] or ":memory:"),
            # Opening one reads the whole schema again, as long as a page may take.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # FULL: what was acknowledged survives a power cut, not only a killed process.
                # recursive_triggers: INSERT OR REPLACE may not walk past the journal's triggers.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA recursive_triggers=ON;"
                f"PRAGMA synchronous={os.environ.get('SANBAO_SQLITE_SYNCHRONOUS', 'FULL')};"
                f"PRAGMA cache_size=-{int(os.environ.get('SANBAO_SQLITE_CACHE', '32000'))}; PRAGMA temp_store=MEMORY;",
            },
            "TEST": {"NAME": os.environ.get("SANBAO_TEST_SQLITE") or ":memory:"},
        }
    raise RuntimeError(
        f"DATABASE_URL: 只认 postgres:// 或 sqlite:// (only postgres:// or sqlite://), not {parts.scheme}://"
    )


DATABASES = {"default": database(os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'sanbao.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = secret_key()
DEBUG = flag("SANBAO_DEBUG")
DEMO = (HOME / "demo-accounts").exists()
PORT = int(os.environ.get("SANBAO_PORT", "8000"))
TLS_CERT = os.environ.get("SANBAO_TLS_CERT", "")
BASE_URL = os.environ.get("SANBAO_BASE_URL", f"{'https' if TLS_CERT else 'http'}://127.0.0.1:{PORT}").rstrip("/")
#: What stands in the QR of every label: where users reach the public pages, which may be another host.
PUBLIC_URL = (os.environ.get("SANBAO_PUBLIC_URL") or BASE_URL).rstrip("/")
SECURE = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [h for h in os.environ.get("SANBAO_HOSTS", "").split(",") if h] or [
    "127.0.0.1",
    "localhost",
    "[::1]",
    urlsplit(BASE_URL).hostname or "127.0.0.1",
    urlsplit(PUBLIC_URL).hostname or "127.0.0.1",
]
CSRF_TRUSTED_ORIGINS = list({BASE_URL, PUBLIC_URL})

INSTALLED_APPS = [
    "sanbao.web",
    "sanbao.kernel",
    "sanbao.parties",
    "sanbao.catalog",
    "sanbao.trace",
    "sanbao.materials",
    "sanbao.production",
    "sanbao.goods",
    "sanbao.dispatch",
    "sanbao.inspection",
    "sanbao.knowledge",
    "sanbao.complaints",
    "sanbao.signals",
    "sanbao.mail",
    "sanbao.claims",
    "sanbao.processing",
    "sanbao.returns",
    "sanbao.tallies",
    "sanbao.letters",
    "sanbao.nonconformity",
    "sanbao.corrective",
    "sanbao.recall",
    "sanbao.exchange",
    "sanbao.epcis",
    "sanbao.portal",
    "sanbao.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sanbao.kernel.memo.SpanMiddleware",
    "sanbao.web.language.LanguageMiddleware",
    "sanbao.api.middleware.ProblemMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sanbao.web.middleware.ActorMiddleware",
    "sanbao.api.middleware.TokenMiddleware",
    "sanbao.api.middleware.IdempotencyMiddleware",
    "sanbao.web.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "sanbao.urls"
WSGI_APPLICATION = "sanbao.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["sanbao.kernel.templatetags.words"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sanbao.web.context.page",
            ],
        },
    }
]

AUTH_USER_MODEL = "parties.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "sanbao.web.accounts.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = True
# Wrong passwords are counted by axes below, per name and address, with a page that says for how long. This is the
# net behind it: one name guessed from many addresses, and the six digits of a second factor (key: the person).
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,20/15m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Sanbao"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "sanbao.web.accounts.counted_name"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "sanbao.web.accounts.locked_out"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_AGE = 12 * 3600
CSRF_FAILURE_VIEW = "sanbao.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_PROXY = flag("SANBAO_BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "blob:", "data:"],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("SANBAO_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    if (STATIC_ROOT / "staticfiles.json").exists()
    else {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
API_CALLS_PER_MINUTE = int(os.environ.get("SANBAO_API_CALLS_PER_MINUTE", "1200"))
API_FAILURES_PER_MINUTE = 20
ATTACHMENTS = HOME / "attachments"
FILE_UPLOAD_TEMP_DIR = HOME / "tmp"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

SMTP_HOST = os.environ.get("SANBAO_SMTP_HOST", "")
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": SMTP_HOST,
            "port": int(os.environ.get("SANBAO_SMTP_PORT", "25")),
            "username": os.environ.get("SANBAO_SMTP_USER", ""),
            "password": os.environ.get("SANBAO_SMTP_PASSWORD", ""),
            "use_tls": flag("SANBAO_SMTP_STARTTLS"),
            "use_ssl": flag("SANBAO_SMTP_TLS"),
            "timeout": 20,
        },
    }
}
DEFAULT_FROM_EMAIL = os.environ.get("SANBAO_MAIL_FROM", "sanbao@localhost")
#: Mailboxes that are looked into, none by default; see mail/accounts.py for how they are written.
IMAP_URL = os.environ.get("SANBAO_IMAP_URL", "")
IMAP_PASSWORD = os.environ.get("SANBAO_IMAP_PASSWORD", "")
IMAP_SINCE = os.environ.get("SANBAO_IMAP_SINCE", "")
#: Whether the provider delivers ``kf+anything@`` to ``kf@``; then answers carry the token in the address too.
MAIL_PLUS = flag("SANBAO_MAIL_PLUS")

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("SANBAO_LOG", "WARNING")},
}
#: Hosts and addresses inside the plant that webhooks may call all the same.
ALLOW_PRIVATE = frozenset(h for h in os.environ.get("SANBAO_ALLOW_PRIVATE", "").split(",") if h)
POLICY_DEFAULTS = REPO / "policies"
PROCEDURES = REPO / "docs" / "procedures"
