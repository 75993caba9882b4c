from django.urls import path

from sparring.views import rounds

urlpatterns = [
    path("sparring/forslag/<int:pk>/svar/", rounds.answer, name="answer"),
    path("sparring/runder/", rounds.rounds, name="rounds"),
    path("sparring/runder/dan/<int:slot_id>/", rounds.make_round, name="make_round"),
    path("sparring/runder/<int:pk>/", rounds.round, name="round"),
    path("sparring/runder/<int:pk>/publicer/", rounds.publish_round, name="publish_round"),
    path("sparring/runder/<int:pk>/kasser/", rounds.discard_round, name="discard_round"),
]
