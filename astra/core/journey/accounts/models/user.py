"""A person who signs in: a member of a seller, an operator, or both. Global, as all of sign-in is."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.ids import new_id


class UserManager(BaseUserManager["User"]):
    """Makes people by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with a hashed password (unusable when None). Raises ValueError without an address."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One person; ``is_operator`` opens the admin panel."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=AstraNow(), editable=False)
    # Empty: as the browser has it, and for letters the product's own.
    locale = models.CharField(max_length=8, blank=True, default="", db_default="")
    time_zone = models.CharField(max_length=64, blank=True, default="", db_default="")
    # Topics of letters that the person does not want.
    unwanted_letters = models.JSONField(default=list, db_default=[])
    # Part of what every session is bound to: one more ends them all.
    session_epoch = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        db_table = "accounts_user"

    @property
    def is_staff(self) -> bool:
        """What Django's own parts call an operator."""
        return self.is_operator

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        bound: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]  # not in the stubs
        if not self.session_epoch:
            return bound
        key = settings.SECRET_KEY if secret is None else secret
        return salted_hmac("astra.session_epoch", f"{bound}|{self.session_epoch}", secret=key, algorithm="sha256").hexdigest()

    def has_perm(self, permission: str, obj: Any = None) -> bool:
        """No Django permissions are used: the admin panel asks is_operator."""
        return False

    def has_module_perms(self, label: str) -> bool:
        """As has_perm."""
        return False


def display_name(user: User) -> str:
    """How a person is called on screens."""
    return user.name or user.email.split("@")[0]
