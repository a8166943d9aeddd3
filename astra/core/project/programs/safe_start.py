"""What must hold before a program of the product may serve: settings of production, and the keys of the rows that are there."""

import sys
import uuid


def refuse_unsafe_start() -> None:
    """Ends this program with a message when it must not start: nothing was changed by then.

    A database that does not answer is no reason: the programs wait for it, and look again when they are started next.
    """
    from django.db import connections

    trouble = unsafe_settings() or unknown_keys()
    connections.close_all()
    if trouble:
        print(trouble, file=sys.stderr, flush=True)
        raise SystemExit(1)


def unsafe_settings() -> str:
    """What forbids production with these settings, or nothing."""
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    from astra.core.foundation.sealing.keyring import keyring

    try:
        keyring()
    except (ImproperlyConfigured, OSError, ValueError) as error:
        return f"The keys cannot be read: {error}"
    if settings.ASTRA_ENVIRONMENT != "production":
        return ""
    if settings.ASTRA_PAYMENT_PROVIDER == "sandbox" and not settings.ASTRA_ALLOW_SANDBOX_IN_PRODUCTION:
        return (
            "Production would take play money: ASTRA_PAYMENT_PROVIDER is sandbox. Choose a real provider, or set "
            "ASTRA_ALLOW_SANDBOX_IN_PRODUCTION=yes for a rehearsal. Nothing was started or changed."
        )
    return ""


def unknown_keys() -> str:
    """Which keys sealed the rows of this database and are missing (or others of the same name) here, or nothing."""
    from cryptography.exceptions import InvalidTag
    from django.db import DatabaseError, connection

    from astra.core.foundation.sealing.data_key import DataKey, UnknownKey, data_key
    from astra.core.foundation.sealing.keyring import keyring
    from astra.core.foundation.tenancy.acting import as_system

    try:
        with as_system():
            if DataKey._meta.db_table not in connection.introspection.table_names():
                return ""
            samples: dict[str, tuple[uuid.UUID, uuid.UUID]] = {
                kid: (seller_id, key_id)
                for kid, seller_id, key_id in DataKey.objects.order_by("kid", "id").distinct("kid").values_list("kid", "seller_id", "id")
            }
            missing, different = [], []
            for kid, (seller_id, key_id) in samples.items():
                try:
                    data_key(seller_id, key_id)
                except UnknownKey:
                    missing.append(kid)
                except InvalidTag:
                    different.append(kid)
    except DatabaseError:
        return ""
    if not missing and not different:
        return ""
    words = [f"{kid} (missing)" for kid in missing] + [f"{kid} (another key of this name)" for kid in different]
    return (
        f"Rows of this database are sealed by keys that ASTRA_KEK does not hold: {', '.join(words)}. It holds: "
        f"{', '.join(keyring()) or 'none'}. Nothing was lost and nothing was changed: give the key back as a further line "
        "of ASTRA_KEK (or ASTRA_KEK_FILE) and start again."
    )
