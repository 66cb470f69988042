"""What goes wrong on the network, in plain words: the thing, the cause, the next step."""

import socket
import ssl
import time
from urllib.parse import urlsplit

import httpx

from fal_studio.core.events import Cancelled, Charged, Clock, Failed, FailureKind, Unknown
from fal_studio.core.request import Profile
from fal_studio.figures import number
from fal_studio.words import tr

ONLINE = tr("Check the internet connection, then try again.")


def is_unsent(error: Exception) -> bool:
    """Whether the request cannot have reached the server, so that sending it again costs nothing."""
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError)


def of_network(error: Exception, url: str, profile: Profile, *, is_paid: bool) -> Failed:
    """Return the end that a network error makes; `is_paid`: the request may have started work that costs money."""
    host = urlsplit(url).netloc.rpartition("@")[2]
    if isinstance(error, httpx.TimeoutException):
        return _too_slow(error, host, profile, is_paid=is_paid)
    if isinstance(
        error, httpx.InvalidURL | httpx.UnsupportedProtocol | httpx.LocalProtocolError | UnicodeError
    ):
        return Failed(
            FailureKind.INPUT,
            tr("The request to {host} cannot be written: {error}.").format(
                host=host or url, error=str(error) or type(error).__name__
            ),
            tr("Check the addresses, extra headers and the key: only plain characters can stand in them."),
            charged=Charged.NO,
        )
    if isinstance(error, httpx.ProxyError):
        return Failed(
            FailureKind.NETWORK,
            tr("The network proxy on the way to {host} refused: {error}.").format(host=host, error=error),
            tr("Check HTTPS_PROXY and the proxy's login."),
            charged=Charged.NO,
        )
    if isinstance(error, httpx.ConnectError | OSError) and not isinstance(
        error, httpx.ReadError | httpx.WriteError
    ):
        return of_connecting(error, host, profile)
    if isinstance(error, httpx.DecodingError):
        return Failed(
            FailureKind.PROTOCOL,
            tr("The answer of {host} could not be unpacked: {error}.").format(host=host, error=error),
            tr("Try again; a proxy on the way may have damaged it."),
        )
    return _broken(error, host, is_paid=is_paid)


def unknown(fact: Failed | Cancelled | Unknown, endpoint: str, profile: Profile) -> Unknown | None:
    """Return the end of a direct call whose connection broke after the request was sent: it may have run all the same.

    None where that was no broken connection, and where nobody can look up later what became of it: a failure then.
    """
    if not isinstance(fact, Failed) or fact.kind is not FailureKind.NETWORK or not profile.has_list:
        return None
    return Unknown(
        tr("{endpoint} may have run, and may be charged. {message}").format(
            endpoint=endpoint, message=fact.message
        ),
        time.time(),
    )


def of_connecting(error: BaseException, host: str, profile: Profile) -> Failed:
    """Return the end that a connection makes which never came about."""
    cause = _cause(error)
    if isinstance(cause, socket.gaierror):
        message, next_step = (
            tr("The name {host} was not found (DNS).").format(host=host),
            ONLINE + _check_profile(profile),
        )
    elif isinstance(cause, ssl.SSLCertVerificationError):
        message = tr("The certificate of {host} is not trusted: {verify_message}.").format(
            host=host, verify_message=cause.verify_message or cause.reason
        )
        next_step = tr(
            "Check the date of this machine and the address; a company proxy needs its certificate in SSL_CERT_FILE."
        )
    elif isinstance(cause, ssl.SSLError):
        message = tr("No safe connection to {host} came about (TLS): {reason}.").format(
            host=host, reason=cause.reason or cause
        )
        next_step = tr("Check the address: http and https may be mixed up.")
    elif isinstance(cause, ConnectionRefusedError):
        message = tr("{host} refused the connection: no server listens there.").format(host=host)
        next_step = _start_server(profile)
    else:
        message = tr("{host} could not be reached: {words}.").format(host=host, words=cause_of(cause))
        next_step = ONLINE + _check_profile(profile)
    return Failed(FailureKind.NETWORK, message, next_step, retryable=True, charged=Charged.NO)


def _too_slow(error: httpx.TimeoutException, host: str, profile: Profile, *, is_paid: bool) -> Failed:
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return Failed(
            FailureKind.TIMEOUT,
            tr("{host} did not take the connection within {connect_s} s.").format(
                host=host, connect_s=number(profile.clocks.connect_s, "g")
            ),
            ONLINE + _check_profile(profile),
            retryable=True,
            charged=Charged.NO,
            clock=Clock.CONNECT,
        )
    return Failed(
        FailureKind.TIMEOUT,
        tr("Nothing was heard from {host} for {idle_s} s.").format(
            host=host, idle_s=number(profile.clocks.idle_s, "g")
        ),
        tr(
            "The call may still run and be charged: look at the requests on fal.ai before sending it again. "
            "For long work use subscribe or submit."
        )
        if is_paid
        else tr("Try again, or raise the idle limit of the profile."),
        charged=Charged.UNKNOWN,
        clock=Clock.IDLE,
    )


def _broken(error: Exception, host: str, *, is_paid: bool) -> Failed:
    return Failed(
        FailureKind.NETWORK,
        tr("The connection to {host} broke off: {words}.").format(host=host, words=cause_of(error)),
        tr("The call may still run and be charged: look at the requests on fal.ai before sending it again.")
        if is_paid
        else tr("Try again."),
        charged=Charged.UNKNOWN if is_paid else Charged.NO,
    )


def _cause(error: BaseException) -> BaseException:
    """Return the innermost telling cause: libraries wrap the system's errors several times."""
    seen: set[int] = set()
    best, current = error, error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if isinstance(current, OSError):
            best = current
        current = current.__cause__ or current.__context__
    if isinstance(best, OSError) and not isinstance(best, socket.gaierror | ssl.SSLError):
        many = [item for item in getattr(best, "exceptions", ()) if isinstance(item, OSError)]
        best = many[0] if many else best
    return best


_SHORT = {
    "incomplete chunked read": tr("it was cut in the middle of the answer"),
    "received 0 bytes": tr("it was cut in the middle of the answer"),
    "peer closed connection without sending complete message body": tr(
        "it was cut in the middle of the answer"
    ),
    "Server disconnected without sending a response": tr("the server closed it without an answer"),
}


def cause_of(error: BaseException) -> str:
    """Return what broke a connection in a few words, without whose it was."""
    text = str(error)
    for part, words in _SHORT.items():
        if part in text:
            return words
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    if not text and isinstance(error, httpx.ReadError | httpx.WriteError):
        cause = _cause(error)
        if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, ConnectionError):
            return cause_of(cause)  # it timed out, or there is no way to the server any more
        return tr("the server reset it")
    return text.rstrip(".") or type(error).__name__


def _start_server(profile: Profile) -> str:
    match profile.kind:
        case "emulator":
            return tr("Start the emulator again: choose the profile anew, or run fal-studio emulator.")
        case "local-app":
            return tr("Start the app, or correct the port in the profile.")
        case "proxy":
            return tr("Start the team proxy, or correct its address in the profile.")
        case _:
            return tr("Check the address in the profile, and a firewall on the way.")


def _check_profile(profile: Profile) -> str:
    return "" if profile.kind == "fal" else tr(" Check the address in the profile, too.")


def is_refused(error: Exception) -> bool:
    """Whether nobody listens at the address."""
    return isinstance(_cause(error), ConnectionRefusedError)


def is_hopeless(error: Exception) -> bool:
    """Whether trying again soon cannot help: the name is unknown, or the certificate is bad."""
    cause = _cause(error)
    return isinstance(cause, ssl.SSLError) or (
        isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME
    )
