"""The Containerfile names only what there is: files, options, paths. No image is built here."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path, PurePosixPath

import click
import pytest

from mipex_kg.cli import cli
from mipex_kg.serving.application import HEALTH
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def serve() -> click.Command:
    command = cli.get_command(click.Context(cli), "serve")
    assert command
    return command


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    """Read the instructions, each with its arguments in one line."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Containerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [
        (word, " ".join(rest.split()))
        for word, _, rest in (x.partition(" ") for x in lines)
        if word
    ]


def arguments(steps: list[tuple[str, str]], word: str) -> list[str]:
    return [rest for name, rest in steps if name == word]


def last(steps: list[tuple[str, str]], word: str) -> str:
    return arguments(steps, word)[-1]


@pytest.fixture(scope="module")
def settings(steps: list[tuple[str, str]]) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in last(steps, "ENV").split())


def test_what_is_copied_is_there(steps: list[tuple[str, str]]) -> None:
    stages = [rest.rpartition(" AS ")[2] for rest in arguments(steps, "FROM") if " AS " in rest]
    for rest in arguments(steps, "COPY"):
        *sources, _target = rest.split()
        if sources[0].startswith("--from="):
            assert sources[0].removeprefix("--from=") in stages
        else:
            assert all((ROOT / source).exists() for source in sources), rest


def test_all_that_the_package_is_made_of_goes_into_the_image() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = {name.lstrip("/") for name in wheel["include"]} | set(wheel["force-include"])
    wanted |= {project["project"]["readme"], *project["project"]["license-files"]}
    wanted |= {"pyproject.toml", "constraints", "release"}
    assert let_in == wanted
    assert lines[1] == "*", "and nothing else"


def test_all_that_it_is_built_on_is_pinned(steps: list[tuple[str, str]]) -> None:
    page = (ROOT / "docs" / "scaling.md").read_text()
    text = (ROOT / "Containerfile").read_text()
    for rest in arguments(steps, "FROM"):
        image = re.fullmatch(r"docker\.io/library/(\w+)@\$\{(\w+_DIGEST)\}( AS \w+)?", rest)
        assert image, f"{rest}: no digest"
        assert image[2] in arguments(steps, "ARG"), "which no default makes stale"
        assert re.search(rf"^# {image[1]}:\S+\nARG {image[2]}$", text, re.MULTILINE)
        assert f'--build-arg {image[2]}="$(digest {image[1]}:' in page
    for command in " && ".join(arguments(steps, "RUN")).split(" && "):
        if "pip install" in command:
            assert "--require-hashes" in command or "--no-deps /opt/wheel" in command
            for name in re.findall(r"constraints/\S+", command):
                assert (ROOT / name).is_file()
        if "pip wheel" in command:
            assert "--no-build-isolation" in command
        if "npm " in command:
            assert "npm ci" in command or "npm run" in command


def test_it_serves_what_it_has_built(
    steps: list[tuple[str, str]], settings: dict[str, str], serve: click.Command
) -> None:
    assert json.loads(last(steps, "ENTRYPOINT")) == ["mipex-kg"]
    bundled, command, *words = json.loads(last(steps, "CMD"))
    assert (bundled, command) == ("--bundled", "serve")
    parsed = serve.make_context("serve", list(words)).params
    built = next(
        rest for rest in arguments(steps, "RUN") if rest.startswith("mipex-kg --bundled build")
    )
    assert built.split()[-1] == str(parsed["directory"])
    assert last(steps, "EXPOSE") == str(parsed["port"])
    # All that a build writes is in one folder, which can be a volume.
    folder = PurePosixPath(str(parsed["directory"])).parent
    assert PurePosixPath(settings["XDG_CACHE_HOME"]).is_relative_to(folder)
    assert f"chown {last(steps, 'USER')} {folder}" in arguments(steps, "RUN")


def test_settings_are_options_of_the_command(
    settings: dict[str, str], serve: click.Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    context = serve.make_context("serve", [], auto_envvar_prefix="MIPEX_KG_SERVE")
    assert context.params["host"] == "0.0.0.0"
    options = {f"MIPEX_KG_SERVE_{(p.name or '').upper()}" for p in serve.params}
    assert {name for name in settings if name.startswith("MIPEX_KG")} <= options


def test_nobody_is_root_and_health_is_asked_where_it_is_told(steps: list[tuple[str, str]]) -> None:
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", last(steps, "USER"))
    port = last(steps, "EXPOSE")
    assert f"'http://127.0.0.1:{port}{HEALTH}'" in last(steps, "HEALTHCHECK")
    program = json.loads(last(steps, "HEALTHCHECK").partition(" CMD ")[2])
    compile(program[2], "health", "exec")
    assert last(steps, "STOPSIGNAL") == "SIGTERM"


def test_the_documentation_runs_the_image_as_it_is(steps: list[tuple[str, str]]) -> None:
    page = (ROOT / "docs" / "scaling.md").read_text()
    assert f":{last(steps, 'WORKDIR')}:ro" in page
    assert f":{Path(json.loads(last(steps, 'CMD'))[-1]).parent}" in page
