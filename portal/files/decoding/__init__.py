"""Foreign files are opened here, in a process of their own (portal.files.decoder starts it).

The process knows neither Django nor a secret. It is started by path, so that it does not load the
portal: modules of this package import nothing of ours but each other, and only by relative names.
"""
