from django.urls import path

from sparring import note_urls, round_urls
from sparring.views import bookings, my_day

app_name = "sparring"
urlpatterns = [
    path("min-dag/", my_day.my_day, name="my_day"),
    path("sparring/ledige-tider/", bookings.free_places, name="free_places"),
    path("sparring/hvem-kan-hjaelpe/", bookings.find_help, name="find_help"),
    path("sparring/book/<int:place_id>/", bookings.book, name="book"),
    path("sparring/aftaler/<uuid:uid>/", bookings.session, name="session"),
    path("sparring/aftaler/<uuid:uid>/aflys/", bookings.cancel, name="cancel"),
    path("sparring/aftaler/<uuid:uid>/kalender.ics", bookings.calendar, name="calendar"),
    *round_urls.urlpatterns,
    *note_urls.urlpatterns,
]
