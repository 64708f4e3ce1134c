"""Try the containers for real: `python -m deploy.containers [up | test | down]`, without a word all three.

The containers are a project of their own (`flask-blog-trial`) on a free port: a blog that already runs from the same
checkout is not touched. Where no Docker engine is reachable, a stand-in engine beside the checkout is started; where
there is none either, that is said, and nothing fails.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.services.settings import LOOPBACK, free_ports

CHECKOUT = Path(__file__).parents[1]
KIT = CHECKOUT.parent / "shared" / "containers"
STATE = CHECKOUT / ".make" / "containers.json"
PROJECT = "flask-blog-trial"
READY_SECONDS = 180
LINK_SECONDS = 15
NO_ENGINE = "containers: skipped: no Docker engine is reachable (`docker compose` needs a running one)."


class TrialFailedError(Exception):
    """A step failed; the message says which, the output before it why."""


@dataclass(frozen=True, slots=True)
class Engine:
    """How to call Compose, and what stops the engine if we started it."""

    compose: Sequence[str]
    stop: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """The containers that are up."""

    compose: Sequence[str]
    stop_engine: Sequence[str]
    origin: str
    set_up_code: str

    def run(self, *arguments: str) -> str:
        """Run a Compose command on them and return what it printed. Raises TrialFailedError."""
        return _run([*self.compose, *arguments], _port(self.origin))

    def ports(self, service: str) -> list[str]:
        """Return the addresses of this machine under which a service is reached. Raises TrialFailedError."""
        found = json.loads(self.run("ps", "--format", "json", service).splitlines()[0])["Publishers"] or ()
        return [f"{each['URL']}:{each['PublishedPort']}" for each in found if each["PublishedPort"]]


def find_engine() -> Engine | None:
    """Return the machine's Docker engine, or the stand-in beside the checkout, or None."""
    if shutil.which("docker") and _succeeds("docker", "info") and _succeeds("docker", "compose", "version"):
        return Engine(["docker", "compose"])
    if not (KIT / "compose").exists():
        return None
    ran = _succeeds(str(KIT / "engine"), "status")
    _say("preparing the stand-in engine (two minutes the first time)")
    _run([str(KIT / "make-base-images")])
    return Engine([str(KIT / "compose")], () if ran else [str(KIT / "engine"), "stop"])


def bring_up(engine: Engine) -> Trial:
    """Build and start everything and wait until it is healthy. Raises TrialFailedError."""
    origin = f"http://{LOOPBACK}:{free_ports(1)[0]}"
    compose = [
        *engine.compose,
        "--progress",
        "quiet",
        "--project-name",
        PROJECT,
        "--file",
        str(CHECKOUT / "docker-compose.yml"),
    ]
    trial = Trial(compose, engine.stop, origin, "")
    _remember(trial)
    _say("building the images")
    trial.run("build", "--quiet")
    _say("starting the containers")
    try:
        trial.run("up", "--detach", "--wait", "--wait-timeout", str(READY_SECONDS))
    except TrialFailedError:
        _show_logs(trial)
        raise
    trial = Trial(compose, engine.stop, origin, _set_up_code(trial))
    _remember(trial)
    _say(f"up at {origin} (set-up link: {origin}/setup#code={trial.set_up_code})")
    return trial


def current() -> Trial:
    """Return the containers that are up. Raises TrialFailedError when there are none."""
    if not STATE.exists():
        raise TrialFailedError("No containers are up: run `make containers-up` first.")
    return Trial(**json.loads(STATE.read_text("utf-8")))


def test(trial: Trial) -> None:
    """Run tests/deploy/containers against them. Raises TrialFailedError."""
    _say("trying them from outside")
    tests = [sys.executable, "-m", "pytest", "--quiet", "tests/deploy/test_containers.py"]
    if subprocess.run(tests, cwd=CHECKOUT, env={**os.environ, "CONTAINERS": str(STATE)}, check=False).returncode:
        _show_logs(trial)
        raise TrialFailedError("The containers do not do what they should.")


def take_down(trial: Trial) -> None:
    """Remove the containers, their networks and volumes, and stop the engine if we started it."""
    _say("taking them down")
    trial.run("down", "--volumes", "--remove-orphans", "--timeout", "30")
    STATE.unlink()
    if trial.stop_engine:
        _run(trial.stop_engine)


def _set_up_code(trial: Trial) -> str:
    deadline = time.monotonic() + LINK_SECONDS
    while time.monotonic() < deadline:
        if printed := re.search(r"/setup#code=([\w-]+)", trial.run("logs", "--no-log-prefix", "users")):
            return printed[1]
        time.sleep(1)
    raise TrialFailedError("`docker compose logs users` shows no set-up link.")


def _remember(trial: Trial) -> None:
    STATE.parent.mkdir(exist_ok=True)
    STATE.write_text(json.dumps(asdict(trial)), "utf-8")


def _port(origin: str) -> str:
    return origin.rpartition(":")[2]


def _run(command: Sequence[str], port: str = "") -> str:
    # Settings of the caller's own blog must not leak into the trial
    own = {"HOST", "PORT", "PUBLIC_URL", "SECRETS", "DATA_DIR"}
    environment = {key: value for key, value in os.environ.items() if key not in own}
    if port:
        environment["PORT"] = port
    done = subprocess.run(command, env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-4000:] + done.stderr[-4000:], file=sys.stderr)
        raise TrialFailedError(f"`{' '.join(command)}` failed.")
    return done.stdout


def _show_logs(trial: Trial) -> None:
    print(trial.run("ps", "--all"), trial.run("logs", "--tail", "40"), sep="\n", file=sys.stderr)


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _say(text: str) -> None:
    print(f"containers: {text}", flush=True)


def whole_trial() -> None:
    """Up, test, down; down in any case. Raises TrialFailedError."""
    engine = find_engine()
    if engine is None:
        print(NO_ENGINE)
        return
    try:
        test(bring_up(engine))
    finally:
        take_down(current())
    _say("all is well")


def bring_up_alone() -> None:
    """Up, when there is an engine. Raises TrialFailedError."""
    engine = find_engine()
    if engine is None:
        print(NO_ENGINE)
    else:
        bring_up(engine)


STEPS: dict[tuple[str, ...], Callable[[], None]] = {
    (): whole_trial,
    ("up",): bring_up_alone,
    ("test",): lambda: test(current()),
    ("down",): lambda: take_down(current()),
}


def main(arguments: Sequence[str]) -> str | None:
    """Do a step, or all of them; return what went wrong, if anything did."""
    step = STEPS.get(tuple(arguments))
    if step is None:
        return "usage: python -m deploy.containers [up | test | down]"
    try:
        step()
    except TrialFailedError as error:
        return f"containers: {error}"
    except KeyboardInterrupt:
        return "containers: interrupted."
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
