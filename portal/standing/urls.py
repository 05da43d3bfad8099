from django.urls import path

from portal.standing import views

app_name = "standing"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("requirements/", views.requirement_list, name="requirements"),
    path("requirements/<slug:code>/", views.requirement_detail, name="requirement"),
    path("requirements/<slug:code>/change/", views.requirement_change, name="requirement_change"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/<slug:code>/", views.item, name="item"),
    path("<int:pk>/<slug:code>/waive/", views.waive, name="waive"),
    path("<int:pk>/<slug:code>/extend/", views.extend, name="extend"),
    path("exceptions/<slug:kind>/<int:row>/withdraw/", views.withdraw_exception, name="withdraw"),
]
