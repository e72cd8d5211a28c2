"""HTTPS inside the plant: the house makes its own certificate and speaks it, so that phones open their cameras."""

import datetime
import os
import ssl
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store
from django.test import Client

from sanbao import certificates, doctor
from tests.plugins.template import new_house
from tests.test_serve import House, eventually


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("SANBAO_HOME", str(tmp_path))
    return House(tmp_path)


def test_a_certificate_names_its_hosts_and_only_its_owner_reads_the_keys(house: House) -> None:
    made = house.run("certificate", "192.168.1.20", "sanbao.lan")
    assert made.returncode == 0, made.stderr
    assert "https://192.168.1.20:8443/authority.crt" in made.stdout
    tls = house.home / "tls"
    for secret in ("authority.key", "server.key"):
        assert stat.S_IMODE((tls / secret).stat().st_mode) == 0o600
    authority, server = (
        x509.load_pem_x509_certificate((tls / f"{n}.crt").read_bytes()) for n in ("authority", "server")
    )
    for name in (x509.IPAddress(ip_address("192.168.1.20")), x509.DNSName("sanbao.lan")):
        PolicyBuilder().store(Store([authority])).build_server_verifier(name).verify(server, [])
    lasts = certificates.ends_at(tls / "server.crt") - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(days=800) < lasts <= datetime.timedelta(days=825), "phones refuse a longer one"


def test_phones_that_trust_the_authority_need_not_be_told_again_when_the_certificate_is_renewed(house: House) -> None:
    certificates.make(["10.0.0.5"])
    trusted, first = certificates.authority_file().read_bytes(), (certificates.folder() / "server.crt").read_bytes()
    certificates.make(["10.0.0.6"])
    assert certificates.authority_file().read_bytes() == trusted
    assert (certificates.folder() / "server.crt").read_bytes() != first


@pytest.mark.parametrize("host", ["fabrik west", "http://10.0.0.5", "10.0.0.256", "-x.lan", ""])
def test_what_is_no_host_is_said_in_one_sentence(house: House, host: str) -> None:
    refused = house.run("certificate", "--", host)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert not (house.home / "tls").exists()


@pytest.mark.parametrize(
    ("cert", "key", "said"), [("server.crt", "", "both are needed"), ("server.crt", "no.key", "cannot be read")]
)
def test_https_that_cannot_be_spoken_is_said_before_anything_starts(
    house: House, cert: str, key: str, said: str
) -> None:
    tls = certificates.make(["127.0.0.1"])[0].parent
    names = {"SANBAO_TLS_CERT": str(tls / cert), "SANBAO_TLS_KEY": str(tls / key) if key else ""}
    refused = house.run("serve", **names)
    assert (refused.returncode, said in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)


def test_a_key_of_another_certificate_is_noticed(house: House) -> None:
    certificate, _ = certificates.make(["127.0.0.1"])
    refused = house.run(
        "serve", SANBAO_TLS_CERT=str(certificate), SANBAO_TLS_KEY=str(certificates.folder() / "authority.key")
    )
    assert (refused.returncode, "do not fit" in refused.stderr) == (1, True)


def test_a_demonstration_stays_on_loopback_also_with_https(house: House) -> None:
    certificate, key = certificates.make(["127.0.0.1"])
    (house.home / "demo-accounts").touch(0o600)
    names = {"SANBAO_TLS_CERT": str(certificate), "SANBAO_TLS_KEY": str(key), "SANBAO_HOST": "0.0.0.0"}
    refused = house.run("serve", **names)
    assert (refused.returncode, "0.0.0.0" in refused.stderr) == (1, True)


@pytest.mark.django_db
def test_a_phone_fetches_the_authority_without_logging_in_and_nothing_else_of_the_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SANBAO_HOME", str(tmp_path))
    assert Client().get("/authority.crt").status_code == 404
    certificates.make(["127.0.0.1"])
    answer = Client().get("/authority.crt")
    assert answer["Content-Type"] == "application/x-x509-ca-cert"
    assert b"".join(answer.streaming_content) == certificates.authority_file().read_bytes()  # type: ignore[attr-defined]


def test_the_doctor_speaks_up_before_a_certificate_ends(
    house: House, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days, level in ((200, "ok"), (20, "warning"), (0, "wrong")):
        monkeypatch.setattr(certificates, "SERVER_DAYS", days)
        settings.TLS_CERT = str(certificates.make(["127.0.0.1"])[0])  # type: ignore[attr-defined]
        (finding,) = doctor.encryption()
        assert finding.level == level


@pytest.fixture
def speaking(house: House) -> Iterator[House]:
    certificate, key = certificates.make(["127.0.0.1"])
    house.environment |= {"SANBAO_TLS_CERT": str(certificate), "SANBAO_TLS_KEY": str(key)}
    new_house(house.home)
    assert house.run("prepare").returncode == 0
    process = house.serve()
    yield house
    process.terminate()
    process.wait(20)


@pytest.mark.slow
@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the processes have a SQLite file of their own")
def test_the_house_itself_speaks_https_that_the_authority_vouches_for(speaking: House) -> None:
    trusting = ssl.create_default_context(cafile=str(certificates.authority_file()))
    trusting.maximum_version = ssl.TLSVersion.TLSv1_2  # as an old phone
    page = f"https://127.0.0.1:{speaking.port}/accounts/login/"

    def open_page() -> bool:
        try:
            with urllib.request.urlopen(page, timeout=5, context=trusting) as answer:
                cookies = answer.headers.get_all("Set-Cookie") or []
                return answer.status == 200 and all("Secure" in cookie for cookie in cookies)
        except OSError:
            return False

    assert eventually(open_page), speaking.log()
    assert f"https://127.0.0.1:{speaking.port}/" in speaking.log() or eventually(lambda: "https://" in speaking.log())
    with pytest.raises(OSError):
        urllib.request.urlopen(page, timeout=5, context=ssl.create_default_context())


def test_making_a_certificate_costs_no_django() -> None:
    loaded = "import sys, sanbao.certificates; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded]).returncode == 0
