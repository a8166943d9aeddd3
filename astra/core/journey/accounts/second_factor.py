"""How second factors are kept and named: secrets sealed by the installation's own key, the QR code drawn here, errors in our words."""

import base64
import hashlib
import hmac
import io
import secrets
from typing import Any, ClassVar
from urllib.parse import urlsplit

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.sealing.keyring import keyring, newest_key

NONCE_BYTES = 12
ISSUER = "AstraSystems"


def _key(kek: bytes) -> bytes:
    return hmac.digest(kek, b"astra|second factor|1", hashlib.sha256)


class SecondFactor(DefaultMFAAdapter):
    """Allauth's questions about second factors, answered. People belong to no seller, so no seller's data key seals theirs."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is wrong or was used already. Wait for the next one and try again."),
        "unverified_email": _("First confirm your e-mail address, then add a second factor."),
        "cannot_generate_recovery_codes": _("First add an authenticator app or a passkey, then make recovery codes."),
        "passkey_refused": _("This passkey was not accepted, and nothing was changed. Try again, or choose another way."),
    }

    def get_totp_issuer(self) -> str:
        """The name under which the app lists the account."""
        return ISSUER

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are bound to the host of the public address, whatever host the request came by."""
        return {"id": urlsplit(settings.ASTRA_PUBLIC_URL).hostname or "", "name": ISSUER}

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        """How a passkey is called until its owner names it."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey {number}").format(number=count + 1)

    def build_totp_svg(self, url: str) -> str:
        """The QR code of a new app, dark on white so that cameras read it in any theme."""
        found = io.BytesIO()
        segno.make(url, error="m", micro=False).save(found, kind="svg", scale=5, border=4, light="#fff", xmldecl=False)
        return found.getvalue().decode()

    def encrypt(self, text: str) -> str:
        """``kid:base64`` of nonce and ciphertext under a key derived from the newest key-encryption key."""
        kek = newest_key()
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(_key(kek.key)).encrypt(nonce, text.encode(), b"mfa_authenticator|data")
        return f"{kek.kid}:{base64.b64encode(nonce + sealed).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        """Counterpart of encrypt. Raises KeyError when the key is gone, InvalidTag when the text was changed."""
        kid, _sep, encoded = encrypted_text.partition(":")
        raw = base64.b64decode(encoded)
        return AESGCM(_key(keyring()[kid].key)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], b"mfa_authenticator|data").decode()
