"""The product's own settings in surroundings that a test may use: a folder that goes away, fast passwords."""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="amends-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["AMENDS_HOME"] = _home
os.environ["AMENDS_URL"] = "http://desk.fernhill.example"
os.environ.pop("AMENDS_SMTP_URL", None)
# Mail leaves at once; what a test says of taking it back sets the seconds itself.
os.environ["AMENDS_RECALL_SECONDS"] = "0"

from amends.settings import *  # noqa: E402, F403
from amends.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["*"]
STATIC_URL = "/static/"  # The server of the browser tests wants one; the pages have their assets.
if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    # A file, as in real life: threads and processes meet in it.
    DATABASES["default"]["TEST"] = {"NAME": f"{_home}/test.sqlite3"}
    # No test cuts the power; waiting for the disk at every commit would only take time.
    _options = DATABASES["default"]["OPTIONS"]
    _options["init_command"] = _options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
