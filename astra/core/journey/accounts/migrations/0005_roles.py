"""The roles of a team, and how large a team may be."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_letters")]

    operations = [
        migrations.AlterField(
            model_name="member",
            name="role",
            field=models.CharField(default="owner", max_length=16),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(role__in=("owner", "manager", "stock", "support", "finance", "read_only")), name="accounts_member_role"
            ),
        ),
        migrations.AddField(
            model_name="allowance",
            name="max_members",
            field=models.PositiveIntegerField(default=1),
        ),
    ]
