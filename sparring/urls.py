from django.urls import URLPattern

app_name = "sparring"
urlpatterns: list[URLPattern] = []
