import pytest
from django.urls import reverse
from wagtail.models import Site

from network.contrast import contrast_ratio, least_contrast, tint
from network.models import MunicipalitySettings

GOOD = "#14506b"


def save_colours(client, **colours):
    site = Site.objects.get(is_default_site=True)
    address = reverse("wagtailsettings:edit", args=["network", "municipalitysettings", site.pk])
    names = {"name": "Egeby", "corps_name": "Korpset", "tagline": "", "notice": "", "contact_email": ""}
    return client.post(address, names | {"primary_colour": GOOD, "accent_colour": GOOD} | colours)


@pytest.fixture
def admin(sign_in, tree, birgit):
    birgit.is_superuser = True
    birgit.save()
    return sign_in(birgit)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#000000", 21.0),
        ("#767676", "#ffffff", 4.54),
        ("#FF0000", "#ffffff", 4.0),
        ("#123456", "#123456", 1.0),
    ],
)
def test_contrast_ratio_is_that_of_wcag(one, other, ratio):
    assert round(contrast_ratio(one, other), 2) == ratio


def test_tint_is_nearly_white():
    assert (tint("#000000"), tint("#ffffff")) == ("#e6e6e6", "#ffffff")


def test_least_contrast_is_that_on_the_tint():
    assert least_contrast("#767676") < contrast_ratio("#767676", "#ffffff")


def test_colours_that_can_be_read_are_saved(admin):
    assert save_colours(admin, primary_colour="#1B4F72").status_code == 302
    assert MunicipalitySettings.objects.get().primary_colour == "#1B4F72"


@pytest.mark.parametrize("field", ["primary_colour", "accent_colour"])
@pytest.mark.parametrize("colour", ["#ffff00", "#767676", "blue", "#12345", "#12345g", "14506b", "", "#1b4f7é"])
def test_colours_that_cannot_are_refused_at_their_field(admin, field, colour):
    response = save_colours(admin, **{field: colour})

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"][field].value() == colour
    assert not MunicipalitySettings.objects.exclude(primary_colour=GOOD).exists()


def test_refusal_names_the_colour_and_its_contrast(admin):
    response = save_colours(admin, primary_colour="#ffff00")

    error = response.context["form"].errors["primary_colour"][0]
    assert "#ffff00" in error
    assert "4.5" in error or "4,5" in error
