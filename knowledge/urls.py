from django.urls import path

from knowledge import views

app_name = "knowledge"
urlpatterns = [
    path("hylde/<slug:name>/", views.shelf, name="shelf"),
    path("favoritter/", views.favourites, name="favourites"),
    path("favoritter/<int:page_id>/", views.toggle_favourite, name="toggle_favourite"),
    path("metodekort-proevet/<int:card_id>/", views.toggle_trial, name="toggle_trial"),
]
