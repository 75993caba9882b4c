"""How django-allauth lets people in: nobody makes an account; the municipality does, by import or single sign-on."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from network.access import person_of


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        try:
            return bool(super().is_safe_url(url))
        except ValueError:  # what is no address at all, as "http://[", is not foreseen there
            return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """External people have a start page of their own; the day of the staff is closed to them."""
        if person_of(request).is_external:
            return reverse("network:observer")
        url: str = super().get_login_redirect_url(request)
        return url


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return False
