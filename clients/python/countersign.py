"""A client of Countersign without dependencies: agents propose, people decide.

    import countersign

    client = countersign.Client("http://127.0.0.1:3000", "whsec_…")   # or COUNTERSIGN_URL and COUNTERSIGN_KEY
    proposal = client.propose("billing.refund", {"account": "4471", "invoice": "inv_9", "amount": "1250.00"}, "Charged twice")
    proposal = client.wait(proposal["id"])

    @countersign.gated("billing.refund")
    def refund(account, invoice, amount, reason): ...
"""

import base64
import functools
import hashlib
import hmac
import inspect
import json
import os
import random
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

__all__ = ["Client", "CountersignError", "NotDone", "Tool", "gated", "verify_callback"]

LONGEST_WAIT_S = 50
OPEN = ("received", "pending", "in_review")


class CountersignError(Exception):
    """What the door refused (an RFC 9457 problem), or that it could not be reached in time (status 0)."""

    def __init__(self, status, problem):
        super().__init__(problem.get("detail") or problem.get("title") or f"it answered {status}")
        self.status = status
        self.type = problem.get("type", "")
        self.problem = problem


class NotDone(Exception):
    """A proposal that came to an end without being written: `proposal` says which."""

    def __init__(self, proposal):
        super().__init__(f"#{proposal['number']} is {proposal['state']}: {proposal['next']}")
        self.proposal = proposal


class Client:
    """`patience` is how many seconds one request is tried for while the server is away."""

    def __init__(self, url=None, key=None, patience=120):
        self.url = (url or _environment("COUNTERSIGN_URL")).rstrip("/")
        self.patience = patience
        self._key = key or _environment("COUNTERSIGN_KEY")
        self._opener = urllib.request.build_opener(_NoRedirect)

    def propose(self, action, input, reason, *, idempotency_key=None, **more):
        """Proposes once, however often it has to be tried: every try is under the same key. `more` are the further fields
        (evidence, on_behalf_of, metadata, claimed_impact)."""
        body = {"action": action, "input": input, "reason": reason, **more}
        body["idempotency_key"] = idempotency_key or str(uuid.uuid4())
        return self._ask("POST", "/v1/proposals", body)

    def consider(self, action, input, reason, **more):
        """What it would be and who would decide; nothing is stored."""
        body = {"action": action, "input": input, "reason": reason, **more}
        return self._ask("POST", "/v1/proposals?dry_run=true", body)

    def wait(self, id, *, until="decided", timeout=None):
        """The proposal once people have decided (or, until="settled", nothing more will happen), or as it is after `timeout` seconds."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            left = LONGEST_WAIT_S if end is None else max(0, min(LONGEST_WAIT_S, int(end - time.monotonic()) + 1))
            query = urllib.parse.urlencode({"wait": left, "until": until})
            proposal = self._ask("GET", f"/v1/proposals/{_part(id)}?{query}")
            if _is_reached(proposal, until) or (end is not None and time.monotonic() >= end):
                return proposal

    def get(self, id):
        return self._ask("GET", f"/v1/proposals/{_part(id)}")

    def list(self, **query):
        return self._ask("GET", f"/v1/proposals?{urllib.parse.urlencode(query)}")

    def withdraw(self, id):
        return self._ask("POST", f"/v1/proposals/{_part(id)}/withdraw")

    def answer(self, id, question, text):
        return self._ask("POST", f"/v1/proposals/{_part(id)}/questions/{_part(question)}/answer", {"text": text})

    def receipt(self, id):
        """A compact JWS: verify it with /.well-known/jwks.json."""
        return self._ask("GET", f"/v1/proposals/{_part(id)}/receipt")["receipt"]

    def actions(self):
        return self._ask("GET", "/v1/actions")["actions"]

    def gated(self, action, *, reason=None, timeout=None, on_proposed=None):
        """Gates a function: a call of it proposes, waits for people and returns what the system answered, or raises NotDone.

        The arguments of the call are the input, without `reason` and `idempotency_key`; where the function returns a dict, that is the
        input instead. Its name, signature and docstring stay, for frameworks that show them to a model. `on_proposed` is called with
        the proposal before people are waited for.
        """
        return _gate(lambda: self, action, reason, timeout, on_proposed)

    def tools(self, *, timeout=None, on_proposed=None):
        """What a model is offered, for any framework: one Tool an action, with its own schema and `reason`."""
        return [Tool(self, action, timeout, on_proposed) for action in self.actions()]

    def _ask(self, method, path, body=None):
        until = time.monotonic() + self.patience
        tries = 0
        while True:
            tries += 1
            status, headers, answer = self._once(method, path, body)
            if 200 <= status < 300:
                return answer
            wait = _wait_after(status, headers, tries)
            if wait is None or time.monotonic() + wait > until:
                raise CountersignError(status, answer)
            time.sleep(wait)

    def _once(self, method, path, body):
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("authorization", f"Bearer {self._key}")
        if data is not None:
            request.add_header("content-type", "application/json")
        try:
            with self._opener.open(request, timeout=LONGEST_WAIT_S + 15) as response:
                return response.status, response.headers, _read(response)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, _read(error)
        except (OSError, ValueError, urllib.error.URLError) as error:
            return 0, {}, {"detail": f"{self.url} can't be reached: {error}"}


class Tool:
    """Name it, show `input_schema` to a model, and call it with what the model made of that: it proposes, waits until people have decided
    and it is written (or `timeout` seconds are over), and returns what a model needs to know: also of a no, and of what was wrong with its
    input (`state` is then "refused"). It raises only when nobody can be reached."""

    def __init__(self, client, action, timeout, on_proposed):
        given = action["input"]
        own = given.get("properties", {})
        # An input with such a field of its own keeps it.
        self._why = "proposal_reason" if "reason" in own else "reason"
        self._client, self._timeout, self._on_proposed = client, timeout, on_proposed
        self.action = action["action"]
        self.name = self.action.replace(".", "_")
        self.description = f"{action['title']}. {_PEOPLE_DECIDE}"
        reason = {"type": "string", "minLength": 1, "maxLength": 10_000, "description": "Why, for the people who decide"}
        self.input_schema = {
            **given,
            "properties": {**own, self._why: reason},
            "required": [*given.get("required", []), self._why],
        }

    def __call__(self, args, *, idempotency_key=None, **more):
        """`idempotency_key`: give it the id of the model's call, so that a step which runs again proposes nothing new."""
        input = {name: value for name, value in args.items() if name != self._why}
        try:
            return _told(
                _settle(self._client, self.action, input, args.get(self._why), idempotency_key, self._timeout, self._on_proposed, more)
            )
        except CountersignError as error:
            # What was wrong with it is for the model to mend; that nobody could be reached is not.
            if not 400 <= error.status < 500:
                raise
            return {"state": "refused", "next": str(error)}


def gated(action, *, reason=None, timeout=None, on_proposed=None):
    """As Client.gated, with the client of COUNTERSIGN_URL and COUNTERSIGN_KEY."""
    return _gate(_default_client, action, reason, timeout, on_proposed)


def verify_callback(keys, headers, body, *, now=None, tolerance=300):
    """Reads a callback, or raises ValueError. `keys` is the agent's key, or all that are good while one is rotated; `body` the raw bytes
    as they came. It may come twice and late: ignore a `version` that is not newer than the one you have."""
    found = {name.lower(): value for name, value in headers.items()}
    id, timestamp = found.get("webhook-id", ""), found.get("webhook-timestamp", "")
    if not re.fullmatch(r"[\x21-\x2d\x2f-\x7e]{1,255}", id) or not re.fullmatch(r"[1-9][0-9]{0,11}", timestamp):
        raise ValueError("this is no callback: webhook-id or webhook-timestamp is not there")
    if abs((time.time() if now is None else now) - int(timestamp)) > tolerance:
        raise ValueError("the callback is too old, or a clock is wrong")
    data = body.encode() if isinstance(body, str) else bytes(body)
    given = found.get("webhook-signature", "").encode("utf-8", "surrogateescape").split(b" ")
    for key in [keys] if isinstance(keys, str) else keys:
        mac = hmac.new(_key_bytes(key), f"{id}.{timestamp}.".encode() + data, hashlib.sha256).digest()
        wanted = b"v1," + base64.b64encode(mac)
        if any(hmac.compare_digest(wanted, each) for each in given):
            return {"id": id, **json.loads(data.decode("utf-8"))}
    raise ValueError("the callback is not signed with this key")


_PEOPLE_DECIDE = "People decide, and only then is it written: it answers once they have. Do not call it again for the same."


def _settle(client, action, input, reason, key, timeout, on_proposed, more):
    proposal = client.propose(action, input, reason, idempotency_key=key, **more)
    if on_proposed:
        on_proposed(proposal)
    return client.wait(proposal["id"], until="settled", timeout=timeout)


def _told(proposal):
    """What a model needs to know of a proposal, and no more."""
    execution = proposal["execution"] or {}
    said = [f"{each['by']['name']}: {each['reason']}" for each in proposal["decisions"] if each["reason"]]
    more = {"said": said, "blocked": proposal["blocked"], "error": execution.get("error"), "result": execution.get("result")}
    known = {name: proposal[name] for name in ("number", "state", "next")}
    return {**known, **{name: value for name, value in more.items() if value}}


def _gate(client_of, action, default_reason, timeout, on_proposed):
    def decorate(function):
        signature = inspect.signature(function)

        @functools.wraps(function)
        def call(*args, **kwargs):
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            given = dict(bound.arguments)
            made = function(*args, **kwargs)
            reason = given.pop("reason", None) or default_reason or inspect.getdoc(function) or ""
            key = given.pop("idempotency_key", None)
            input = made if isinstance(made, dict) else given
            proposal = _settle(client_of(), action, input, reason, key, timeout, on_proposed, {})
            if proposal["state"] != "executed":
                raise NotDone(proposal)
            return (proposal["execution"] or {}).get("result") or {}

        return call

    return decorate


@functools.lru_cache(maxsize=1)
def _default_client():
    return Client()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key goes nowhere but where it was meant to."""

    def redirect_request(self, *_):
        return None


def _is_reached(proposal, until):
    if until == "settled":
        return proposal["settled"] or proposal["state"] == "unknown"
    return proposal["state"] not in OPEN


def _wait_after(status, headers, tries):
    """Seconds; None: trying again would change nothing."""
    if status != 0 and status != 429 and status < 500:
        return None
    asked = headers.get("retry-after") or ""
    if asked.isdigit():
        return int(asked)
    return min(10, 0.25 * 2**tries) * random.uniform(0.75, 1.25)


def _read(response):
    try:
        found = json.loads(response.read().decode("utf-8"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _key_bytes(key):
    return base64.b64decode(key[len("whsec_") :]) if key.startswith("whsec_") else key.encode()


def _part(text):
    return urllib.parse.quote(str(text), safe="")


def _environment(name):
    value = os.environ.get(name)
    if not value:
        raise CountersignError(0, {"detail": f"{name} is not set"})
    return value
