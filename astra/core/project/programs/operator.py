"""``astra operator ana@example.org``: gives a person the admin panel."""

import argparse
import getpass
import sys

from astra.core.project.programs.django_up import set_up


def main(argv: list[str]) -> int:
    """Makes the person if needed (asks for a password) and marks him as operator."""
    parser = argparse.ArgumentParser(prog="astra operator", description=__doc__)
    parser.add_argument("email")
    options = parser.parse_args(argv)
    set_up()
    password = (
        getpass.getpass("Password for a new person (empty: the person exists): ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    )
    print("ready" if make_operator(options.email, password) else "There is no such person, and no password was given.")
    return 0


def make_operator(email: str, password: str, name: str = "") -> bool:
    """Marks a person as operator, making him (with a confirmed address) when a password is given. False: no such person."""
    from allauth.account.models import EmailAddress

    from astra.core.journey.accounts.models import User

    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        if not password:
            return False
        user = User.objects.create_user(email, password, name=name)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    user.is_operator = True
    user.save(update_fields=["is_operator"])
    return True
