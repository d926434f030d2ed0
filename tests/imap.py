"""A real IMAP server: a dovecot of the tests' own, in a folder that goes away, on a port of this machine alone.

One runs for all tests of a process, started by the first that asks, and speaks with and without TLS. Each test gets
a mailbox of its own, whose mail is laid in by IMAP, as a mail server's delivery would. Whoever starts it, root or not,
it needs nothing besides the program: Debian's dovecot-imapd.
"""

from __future__ import annotations

import atexit
import getpass
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from functools import cache
from itertools import count
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from tests.mailbox import until
from tests.tls import certificate

PASSWORD = "open:sesame@1"
# Where Debian and others install it, which is seldom on an ordinary user's PATH.
_PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
_number = count(1)


class Absent(Exception):
    """There is no dovecot on this machine."""


class Imap:
    """The server. It can be stopped and started again, with all its mail."""

    def __init__(self, program: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="amends-imap-"))
        # Root's server reads mail as nobody, who has to get there.
        self.folder.chmod(0o755)
        self.port, self.port_with_tls = _free_port(), _free_port()
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._conf = self.folder / "dovecot.conf"
        self._conf.write_text(_conf(self.folder, self.port, self.port_with_tls))
        self.comes_up()

    def comes_up(self) -> None:
        self._process = subprocess.Popen(
            [self._program, "-F", "-c", str(self._conf)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until(self._answers, f"dovecot does not start; it says {self.says()}")

    def goes_down(self) -> None:
        """Nobody answers there any more, and connections that are open break."""
        if self._process:
            # At once, and its children with it: being asked kindly it takes a second.
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(20)
            self._process = None

    def says(self) -> str:
        """The end of what it wrote down."""
        log = self.folder / "log"
        return log.read_text()[-2000:] if log.exists() else "nothing"

    def box(self) -> Box:
        """A new and empty mailbox."""
        return Box(self, f"desk{next(_number)}@fernhill.example")

    def close(self) -> None:
        self.goes_down()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        assert self._process and self._process.poll() is None, self.says()
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as line:
                return line.recv(20).startswith(b"* OK")
        except OSError:
            return False


class Box:
    """One mailbox, as whoever lays mail in it or reads it beside us sees it."""

    def __init__(self, server: Imap, user: str) -> None:
        self.server, self.user = server, user

    def url(self, password: str = PASSWORD, *, tls: str = "no") -> str:
        """As AMENDS_IMAP_URL has it; `tls` is no, starttls or yes."""
        login = f"{quote(self.user, safe='')}:{quote(password, safe='')}"
        if tls == "yes":
            return f"imaps://{login}@127.0.0.1:{self.server.port_with_tls}/INBOX"
        return f"imap://{login}@127.0.0.1:{self.server.port}/INBOX?tls={tls}"

    def gets(self, *mails: bytes, is_read: bool = False) -> None:
        """Mail is laid in."""
        with self._open() as client:
            for mail in mails:
                flags = r"(\Seen)" if is_read else ""
                assert (
                    client.append("INBOX", flags, "", mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))[0] == "OK"
                )

    def flags(self) -> list[str]:
        """Of each mail that is there, the first first: `seen` or `new`."""
        with self._open() as client:
            client.select("INBOX", readonly=True)
            found = client.uid("FETCH", "1:*", "(FLAGS)")[1]
            return ["seen" if b"\\Seen" in line else "new" for line in found if isinstance(line, bytes)]

    def is_numbered_anew(self) -> None:
        """Its UIDVALIDITY is another one, as after a restore: the same mail has other numbers."""
        for file in self._mail().glob("dovecot*"):
            file.unlink()
        (self._mail() / "dovecot-uidlist").write_text(f"3 V{next(_number) + 2_000_000_000} N1 G{uuid4().hex}\n")
        if os.geteuid() == 0:
            shutil.chown(self._mail() / "dovecot-uidlist", *_mail_user())

    def _mail(self) -> Path:
        return self.server.folder / "mail" / self.user

    def _open(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.server.port, timeout=20)
        client.login(self.user, PASSWORD)
        return client


@cache
def server() -> Imap:
    """The one of this process. Raises Absent."""
    program = shutil.which("dovecot", path=_PLACES)
    if program is None:
        raise Absent("There is no dovecot here: install Debian's dovecot-imapd to run what needs a real IMAP server.")
    started = Imap(program)
    atexit.register(started.close)
    return started


def _conf(folder: Path, port: int, port_with_tls: int) -> str:
    is_root = os.geteuid() == 0
    user, group = _mail_user()
    mail = folder / "mail"
    mail.mkdir()
    if is_root:
        shutil.chown(mail, user, group)
    me = getpass.getuser()
    as_me = (
        "" if is_root else f"default_login_user = {me}\ndefault_internal_user = {me}\ndefault_internal_group = {group}"
    )
    return f"""\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate()}
ssl_key = <{certificate()}
disable_plaintext_auth = no
auth_failure_delay = 0
{as_me}
first_valid_uid = 1
mail_uid = {user}
mail_gid = {group}
mail_location = maildir:{mail}/%u
mail_max_userip_connections = 100
maildir_very_dirty_syncs = no
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={mail}/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {port_with_tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


def _mail_user() -> tuple[str, str]:
    """Whose the mail is: dovecot opens none as root."""
    found = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    return found.pw_name, grp.getgrgid(found.pw_gid).gr_name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
