from django.urls import path

from portal.standing import views
from portal.standing.exceptions import views as exceptions
from portal.standing.requirements import views as requirements

app_name = "standing"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("requirements/", requirements.requirement_list, name="requirements"),
    path("requirements/<slug:code>/", requirements.requirement_detail, name="requirement"),
    path("requirements/<slug:code>/change/", requirements.requirement_change, name="requirement_change"),
    path(
        "requirements/<slug:code>/versions/<int:row>/take-back/",
        requirements.take_back_version,
        name="take_back_version",
    ),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/<slug:code>/", views.item, name="item"),
    path("<int:pk>/<slug:code>/waive/", exceptions.waive, name="waive"),
    path("<int:pk>/<slug:code>/extend/", exceptions.extend, name="extend"),
    path("exceptions/<slug:kind>/<int:row>/withdraw/", exceptions.withdraw_exception, name="withdraw"),
]
