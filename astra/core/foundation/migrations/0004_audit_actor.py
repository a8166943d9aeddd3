from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0003_history"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="auditrow",
            index=models.Index(fields=["seller_id", "actor_id", "-id"], name="foundation_audit_actor"),
        ),
    ]
