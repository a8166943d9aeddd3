"""A person who works nowhere any more is forgotten."""

import uuid
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import transaction
from django.db.models import F

from astra.core.journey.accounts.models import PostedLetter, User


def forget_person(*, user_id: uuid.UUID) -> bool:
    """Removes name, addresses, factors, linked accounts, sessions and letters; says whether it did. An operator is left alone.

    The row stays, without anything that tells who it was: history points at it. The address is free for a new account at once.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(id=user_id, is_operator=False).first()
        if user is None:
            return False
        addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
        PostedLetter.objects.filter(user_id=user_id, sent_at=None, gave_up_at=None).update(user_id=None)
        PostedLetter.objects.filter(user_id=user_id).delete()
        PostedLetter.objects.filter(address__in=addresses).exclude(sent_at=None, gave_up_at=None).delete()
        EmailAddress.objects.filter(user=user).delete()
        Authenticator.objects.filter(user=user).delete()
        UserSession.objects.filter(user=user).delete()
        if apps.is_installed("allauth.socialaccount"):
            linked: Any = apps.get_app_config("socialaccount").get_model("SocialAccount")
            linked.objects.filter(user=user).delete()
        user.set_unusable_password()
        User.objects.filter(id=user_id).update(
            email=f"{user_id}@forgotten.invalid",
            name="",
            password=user.password,
            is_active=False,
            locale="",
            time_zone="",
            unwanted_letters=[],
            last_login=None,
            session_epoch=F("session_epoch") + 1,
        )
    return True
