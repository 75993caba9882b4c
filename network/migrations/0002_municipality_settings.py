import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    # Apart from 0001: Wagtail's own first migrations wait for the user model.
    dependencies = [
        ("network", "0001_initial"),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='MunicipalitySettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(default='Kommunen', max_length=80, verbose_name='name of the municipality')),
                ('tagline', models.CharField(blank=True, max_length=160, verbose_name='tagline')),
                ('notice', models.CharField(blank=True, max_length=200, verbose_name='notice on every page')),
                ('primary_colour', models.CharField(default='#14506b', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'Write the colour as # and six digits, for example #1b4f72.')], verbose_name='primary colour')),
                ('accent_colour', models.CharField(default='#9a3412', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'Write the colour as # and six digits, for example #1b4f72.')], verbose_name='accent colour')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='contact e-mail')),
                ('corps_name', models.CharField(default='Dialogkorpset', max_length=80, verbose_name='name of the corps')),
                ('site', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, to='wagtailcore.site')),
            ],
            options={
                'verbose_name': 'the municipality',
            },
        ),
    ]
