from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0002_phone")]
    operations = [
        migrations.AddField("booking", "capacity", models.IntegerField(default=1)),
    ]
