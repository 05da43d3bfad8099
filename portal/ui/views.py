from django.views.defaults import bad_request, page_not_found, permission_denied, server_error  # noqa: F401
from django.views.csrf import csrf_failure  # noqa: F401
