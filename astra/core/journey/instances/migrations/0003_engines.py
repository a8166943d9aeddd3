from django.db import migrations, models


class Migration(migrations.Migration):
    """Three more ways to run a bot."""

    dependencies = [("instances", "0002_history")]

    operations = [
        migrations.AlterField(
            model_name="instance",
            name="engine",
            field=models.CharField(
                choices=[("none", "none"), ("local", "local"), ("docker", "docker"), ("pool", "pool"), ("kubernetes", "kubernetes")],
                max_length=16,
            ),
        ),
    ]
