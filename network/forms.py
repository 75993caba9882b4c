"""What people type on the pages of the corps and on their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from network.models import Ambassador, Availability, Department, Person, Theme
from network.models.ambassador import Language, MeetingFormat, Weekday
from network.personal_data import refuse_cpr_numbers
from network.querysets import AmbassadorQuerySet, PersonQuerySet
from network.week import Window

# The browser's own fields send the ISO form; without them people type as they are used to.
DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y"]
TIME_FORMATS = ["%H:%M", "%H.%M", "%H:%M:%S"]


class PeopleFilterForm(forms.Form):
    """Narrows the list of ambassadors; a value that nobody offers is told of and narrows nothing."""

    navn = forms.CharField(label=_("Name"), max_length=80, required=False, widget=forms.TextInput({"type": "search"}))
    sprog = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("All languages")), *Language.choices]
    )

    field_order = ["navn", "tema", "forvaltning", "sprog"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Read once, for checking as well as for drawing.
        themes = Theme.objects.order_by("name", "pk").values_list("slug", "name")
        departments = Department.objects.order_by("name").values_list("slug", "name")
        self.fields["tema"] = forms.ChoiceField(
            label=_("Theme"), required=False, choices=[("", _("All themes")), *themes]
        )
        self.fields["forvaltning"] = forms.ChoiceField(
            label=_("Department"), required=False, choices=[("", _("All departments")), *departments]
        )
        self.order_fields(self.field_order)

    def narrow(self, ambassadors: AmbassadorQuerySet) -> AmbassadorQuerySet:
        self.full_clean()
        chosen = self.cleaned_data
        if name := chosen.get("navn"):
            ambassadors = ambassadors.named(name)
        if theme := chosen.get("tema"):
            ambassadors = ambassadors.offering(theme)
        if department := chosen.get("forvaltning"):
            ambassadors = ambassadors.in_department(department)
        if language := chosen.get("sprog"):
            ambassadors = ambassadors.speaking(language)
        return ambassadors


class ProfileForm(forms.ModelForm):
    """What an ambassador says about themselves."""

    offers = forms.ModelMultipleChoiceField(
        label=_("Themes I offer"),
        queryset=Theme.objects.order_by("name", "pk"),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What colleagues can ask you about."),
    )
    seeks = forms.ModelMultipleChoiceField(
        label=_("Themes I seek"),
        queryset=Theme.objects.order_by("name", "pk"),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What you would like to get better at yourself. It is used when you are paired."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages I can spar in"), choices=Language, widget=forms.CheckboxSelectMultiple
    )
    formats = forms.MultipleChoiceField(
        label=_("Ways to meet"), choices=MeetingFormat, widget=forms.CheckboxSelectMultiple
    )
    weekly_cap = forms.IntegerField(
        label=_("Sparrings a week at the most"),
        min_value=1,
        max_value=10,
        help_text=_("For weeks with none at all, use a pause."),
    )

    class Meta:
        model = Ambassador
        fields = ["bio", "offers", "seeks", "languages", "formats", "weekly_cap"]
        widgets = {"bio": forms.Textarea({"rows": 5})}

    def clean_bio(self) -> str:
        bio: str = self.cleaned_data["bio"]
        refuse_cpr_numbers(bio)
        return bio


class WindowForm(forms.Form):
    """One time of a weekday. Both ends, or neither: an empty row is no time."""

    starts_at = forms.TimeField(
        label=_("From"),
        required=False,
        input_formats=TIME_FORMATS,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )
    ends_at = forms.TimeField(
        label=_("Until"),
        required=False,
        input_formats=TIME_FORMATS,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )
    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        times: dict[str, Any] = super().clean() or {}
        if self.errors:
            return times
        starts_at, ends_at = times.get("starts_at"), times.get("ends_at")
        if (starts_at is None) != (ends_at is None):
            self.add_error("starts_at" if starts_at is None else "ends_at", _("Fill in both times, or clear both."))
        elif starts_at is not None and ends_at <= starts_at:
            self.add_error("ends_at", _("The time must end after it starts."))
        return times


class DayFormSet(forms.BaseFormSet):
    """The rows of one weekday: those there are, and always an empty one."""

    def __init__(self, data: Any, *, weekday: Weekday, windows: list[Availability]) -> None:
        self.weekday = weekday
        self.extra = max(2 - len(windows), 1)
        stored = [{"starts_at": window.starts_at, "ends_at": window.ends_at} for window in windows]
        # What is posted stands by itself: a row must not count as empty because the same time is stored by now.
        super().__init__(data, prefix=f"day{weekday.value}", initial=None if data else stored)

    def windows(self) -> list[Window]:
        rows = [row.cleaned_data for row in self.forms if row.cleaned_data.get("starts_at")]
        return [Window(self.weekday.value, row["starts_at"], row["ends_at"]) for row in rows]


WeekdayFormSet = cast(
    "type[DayFormSet]", forms.formset_factory(WindowForm, formset=DayFormSet, max_num=12, absolute_max=24)
)


class WeekForm:
    """The weekly times on one page: five weekdays, each a form set."""

    def __init__(self, data: Any = None, *, windows: Iterable[Availability]) -> None:
        stored = list(windows)
        self.days = [
            WeekdayFormSet(data, weekday=weekday, windows=[each for each in stored if each.weekday == weekday])
            for weekday in Weekday
        ]

    def is_valid(self) -> bool:
        answers = [day.is_valid() for day in self.days]  # every day is asked, so that every error shows
        return all(answers)

    def windows(self) -> list[Window]:
        return [window for day in self.days for window in day.windows()]

    def add_error(self, weekday: int, error: str) -> None:
        self.days[weekday].non_form_errors().append(error)

    @property
    def errors(self) -> bool:
        return any(day.is_bound and day.total_error_count() for day in self.days)


class PauseForm(forms.Form):
    from_on = forms.DateField(
        label=_("First day"),
        input_formats=DATE_FORMATS,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    until_on = forms.DateField(
        label=_("Last day"),
        input_formats=DATE_FORMATS,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("You are asked again from the day after."),
    )

    def clean(self) -> dict[str, Any]:
        days: dict[str, Any] = super().clean() or {}
        if "from_on" in days and "until_on" in days and days["until_on"] < days["from_on"]:
            self.add_error("until_on", _("The pause must end on or after the day it starts."))
        return days


class BlockSearchForm(forms.Form):
    """Finds the colleague one would rather not be matched with."""

    MOST = 10

    navn = forms.CharField(
        label=_("Name of a colleague"), min_length=2, max_length=80, widget=forms.TextInput({"type": "search"})
    )

    def find(self, people: PersonQuerySet) -> list[Person]:
        return list(people.named(self.cleaned_data["navn"])[: self.MOST])
