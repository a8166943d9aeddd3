"""A device that keeps a passkey, in software: it makes a key for a site, and signs what the site asks."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

PRESENT, VERIFIED, WITH_KEY = AuthenticatorData.FLAG.UP, AuthenticatorData.FLAG.UV, AuthenticatorData.FLAG.AT


@dataclass
class DeviceInTest:
    """One passkey. ``origin`` is the site that asks, as the browser tells it; ``sees_owner`` whether somebody touched the sensor."""

    origin: str
    host: str = "localhost"
    sees_owner: bool = True
    number: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    user: str = ""

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: dict[str, Any]) -> str:
        """The new key's half for the site, as a browser sends it."""
        asked = options["publicKey"]
        self.user = asked["user"]["id"]
        public = ES256.from_cryptography_key(self._key.public_key())
        held = AttestedCredentialData.create(b"\0" * 16, self.number, public)
        told = AuthenticatorData.create(sha256(self.host.encode()), self._flags() | WITH_KEY, 0, held)
        said = self._said("webauthn.create", asked["challenge"])
        whole = AttestationObject.create("none", told, {})
        return self._answer({"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(whole)})

    def get(self, options: dict[str, Any], **changed: Any) -> str:
        """A signature over what the site asks, as a browser sends it."""
        said = self._said("webauthn.get", options["publicKey"]["challenge"])
        told = AuthenticatorData.create(sha256(self.host.encode()), self._flags(), 1)
        signature = self._key.sign(told + said.hash, ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(said),
                "authenticatorData": websafe_encode(told),
                "signature": websafe_encode(signature),
                "userHandle": self.user,
                **changed,
            }
        )

    def _flags(self) -> AuthenticatorData.FLAG:
        return PRESENT | VERIFIED if self.sees_owner else PRESENT

    def _said(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData(json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode())

    def _answer(self, response: dict[str, Any]) -> str:
        number = websafe_encode(self.number)
        whole = {
            "id": number,
            "rawId": number,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
        return json.dumps(whole)
