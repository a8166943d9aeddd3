from django.db import migrations


class Migration(migrations.Migration):
    """One Discord account opens one account here (allauth's own constraint) and one account has one Discord account (this)."""

    dependencies = [
        ("accounts", "0006_leaving"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE UNIQUE INDEX accounts_one_discord ON socialaccount_socialaccount (user_id, provider)",
            "DROP INDEX accounts_one_discord",
        ),
    ]
