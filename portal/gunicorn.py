"""Gunicorn's settings: `gunicorn --config python:portal.gunicorn portal.wsgi`. docs/settings.md lists them."""

from portal import environment as env

bind = f"{env.text('HOST', '127.0.0.1')}:{env.integer('PORT', 8000)}"
worker_class = "gthread"
workers = env.integer("WEB_WORKERS", 2)
threads = env.integer("WEB_THREADS", 4)
# Longer than a proxy keeps an idle connection (commonly 60 s): it must be the proxy that hangs up,
# or it sends a request into a connection that is just being closed, and answers 502.
keepalive = env.integer("KEEP_ALIVE_SECONDS", 75)
# What runs when a stop or a deployment begins may end.
graceful_timeout = env.integer("GRACEFUL_SECONDS", 30)
loglevel = "warning"
