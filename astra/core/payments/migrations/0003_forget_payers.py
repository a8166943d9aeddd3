from django.db import migrations

# How a payer was called is forgotten when the seller leaves; amounts, dates and numbers are not.
FORWARD = "GRANT UPDATE (payer_name) ON payments_charge TO astra_app;"
BACKWARD = "REVOKE UPDATE (payer_name) ON payments_charge FROM astra_app;"


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_history")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
