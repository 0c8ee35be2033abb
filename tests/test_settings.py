from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.errors import UserError
from promptlint.setting_keys import TESTS
from promptlint.settings import Settings, load


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def failure(folder: Path, text: str, name: str = "promptlint.toml") -> UserError:
    write(folder / name, text)
    with pytest.raises(UserError) as caught:
        load(folder)
    return caught.value


def test_without_configuration_everything_is_default_and_the_root_is_the_start(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings(tmp_path.resolve())


def test_root_without_configuration_is_the_git_top(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "app" / "deep").mkdir(parents=True)
    assert load(tmp_path / "app" / "deep").root == tmp_path.resolve()


def test_a_worktree_has_a_git_file(tmp_path: Path) -> None:
    write(tmp_path / ".git", "gitdir: elsewhere")
    (tmp_path / "app").mkdir()
    assert load(tmp_path / "app").root == tmp_path.resolve()


def test_start_may_be_a_file(tmp_path: Path) -> None:
    write(tmp_path / "promptlint.toml", 'fail-on = "error"')
    assert load(write(tmp_path / "app" / "a.py", "")).fail_on == "error"


def test_every_key_is_read_from_pyproject(tmp_path: Path) -> None:
    text = """\
[project]
name = "x"

[tool.promptlint]
select = ["PL1", "missing-max-tokens"]
extend-select = ["PL302"]
ignore = ["PL103"]
exclude = ["generated/"]
src = ["src"]
fail-on = "error"
min-confidence = "medium"
caching = "external"

[tool.promptlint.per-file-ignores]
"scripts/*" = ["PL2"]
"""
    source = write(tmp_path / "pyproject.toml", text)
    settings = load(tmp_path)
    assert settings == Settings(
        root=tmp_path,
        source=source,
        select=("PL1", "missing-max-tokens"),
        extend_select=("PL302",),
        ignore=("PL103",),
        per_file_ignores={**TESTS, "scripts/*": ("PL2",)},
        exclude=("generated/",),
        src=("src",),
        fail_on="error",
        min_confidence="medium",
        caching="external",
        origins=settings.origins,
    )
    assert set(settings.origins.values()) == {"pyproject.toml"}
    assert len(settings.origins) == 9


def test_closest_file_wins_and_nothing_is_merged(tmp_path: Path) -> None:
    write(tmp_path / "promptlint.toml", 'fail-on = "error"\nignore = ["PL1"]')
    write(tmp_path / "services" / "pyproject.toml", '[tool.promptlint]\nfail-on = "info"')
    settings = load(tmp_path / "services")
    assert (settings.fail_on, settings.ignore, settings.root) == ("info", (), tmp_path / "services")


def test_promptlint_toml_comes_before_pyproject(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[tool.promptlint]\nfail-on = "info"')
    write(tmp_path / "promptlint.toml", 'fail-on = "error"')
    assert load(tmp_path).fail_on == "error"


@pytest.mark.parametrize("text", ['[project]\nname = "promptlint-user"\n', "[tool.ruff]\n", "broken = [\n"])
def test_pyproject_that_is_not_ours_is_passed_over(tmp_path: Path, text: str) -> None:
    write(tmp_path / "promptlint.toml", 'fail-on = "error"')
    write(tmp_path / "app" / "pyproject.toml", text)
    assert load(tmp_path / "app").root == tmp_path.resolve()


def test_search_ends_at_the_git_top(tmp_path: Path) -> None:
    write(tmp_path / "promptlint.toml", 'fail-on = "error"')
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    assert load(tmp_path / "repo") == Settings(tmp_path / "repo")


def test_isolated_reads_nothing(tmp_path: Path) -> None:
    write(tmp_path / "promptlint.toml", "this is not TOML")
    assert load(tmp_path, isolated=True) == Settings(tmp_path)


def test_named_file_is_read_and_no_other(tmp_path: Path) -> None:
    write(tmp_path / "repo" / "promptlint.toml", "this is not TOML")
    named = write(tmp_path / "shared" / "strict.toml", 'fail-on = "info"')
    settings = load(tmp_path / "repo", config=named)
    assert (settings.fail_on, settings.root, settings.source) == ("info", tmp_path / "repo", named)


def test_named_file_around_the_start_fixes_the_root_as_if_it_had_been_found(tmp_path: Path) -> None:
    named = write(tmp_path / "promptlint.toml", 'fail-on = "info"')
    (tmp_path / "app").mkdir()
    assert load(tmp_path / "app", config=named).root == tmp_path.resolve()


def test_named_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none\.toml: there is no such file"):
        load(tmp_path, config=tmp_path / "none.toml")


def test_named_pyproject_without_our_table(tmp_path: Path) -> None:
    named = write(tmp_path / "pyproject.toml", "[project]\n")
    with pytest.raises(UserError, match=r"has no \[tool\.promptlint\]"):
        load(tmp_path, config=named)


def test_config_and_isolated_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="exclude each other"):
        load(tmp_path, config=tmp_path / "promptlint.toml", isolated=True)


def test_unknown_key_names_the_file_the_line_and_the_nearest_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = '[tool.other]\nselct = 1\n\n[tool.promptlint]\nfail-on = "info"\nselct = ["PL1"]\n'
    error = failure(tmp_path, text, "pyproject.toml")
    assert str(error) == "pyproject.toml:6: unknown key `selct`"
    assert error.help == "did you mean `select`?"


def test_unknown_key_that_is_near_to_none(tmp_path: Path) -> None:
    assert failure(tmp_path, "zzz = 1").help.startswith("the keys are select, extend-select, ignore, per-file-ignores")


def test_unknown_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    error = failure(tmp_path, "[tool.promptlint]\n\n[tool.promptlint.per-file-ignore]\n", "pyproject.toml")
    assert str(error) == "pyproject.toml:3: unknown key `per-file-ignore`"
    assert error.help == "did you mean `per-file-ignores`?"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('select = "PL1"', ":1: `select` must be a list of strings"),
        ("\nselect = [1]", ":2: `select` must be a list of strings, not [1]"),
        ('exclude = [""]', ':1: `exclude` must be a list of strings, not [""]'),
        ('fail-on = "warn"', ':1: `fail-on` must be "error" or "warning" or "info", not "warn"'),
        ("min-confidence = true", ':1: `min-confidence` must be "high" or "medium" or "low", not true'),
        ('caching = "on"', ':1: `caching` must be "none" or "external", not "on"'),
        ("holes = 400", ":1: `holes` must be a table, not 400"),
        ("[holes]\nticket = -1", ":2: `holes` for `ticket` must be a number of tokens, not -1"),
        ("[holes]\nticket = true", ":2: `holes` for `ticket` must be a number of tokens, not true"),
        ("per-file-ignores = 1979-05-27", ":1: `per-file-ignores` must be a table, not 1979-05-27"),
        ('[per-file-ignores]\n"a" = "PL1"', ":2: `per-file-ignores` for `a` must be a list of strings"),
    ],
)
def test_wrong_value_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert str(failure(tmp_path, text)) == f"promptlint.toml{message}"


def test_string_for_a_list_is_told_how_to_write_it(tmp_path: Path) -> None:
    assert failure(tmp_path, 'select = "PL1"').help == 'write ["PL1"]'


def test_broken_toml_names_line_and_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    error = failure(tmp_path, 'select = ["PL1"]\nignore = \n')
    assert str(error) == "promptlint.toml:2:10: this is not valid TOML: invalid value"


def test_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "promptlint.toml").write_bytes(b'select = ["\xff"]')
    with pytest.raises(UserError, match="at byte 11"):
        load(tmp_path)


def test_tool_promptlint_that_is_no_table(tmp_path: Path) -> None:
    assert "must be a table" in str(failure(tmp_path, "[tool]\npromptlint = 1", "pyproject.toml"))


@pytest.mark.parametrize(
    "path",
    ["tests/a.py", "packages/x/tests/deep/a.py", "app/test_a.py", "app/a_test.py", "conftest.py", "a/conftest.py"],
)
def test_rules_about_cost_are_off_in_tests(path: str) -> None:
    assert set(Settings(Path()).ignored_in(path)) == {"PL1", "PL302", "PL4"}


@pytest.mark.parametrize("path", ["app/a.py", "contest.py", "latest/a.py", "tests.py"])
def test_rules_are_on_everywhere_else(path: str) -> None:
    assert Settings(Path()).ignored_in(path) == ()


def test_configuration_that_names_the_tests_decides_about_them(tmp_path: Path) -> None:
    write(tmp_path / "promptlint.toml", 'per-file-ignores = { "tests/**" = [] }')
    settings = load(tmp_path)
    assert [settings.ignored_in(path) for path in ("tests/test_a.py", "conftest.py")] == [(), ()]


def test_other_globs_come_on_top_of_those_for_tests(tmp_path: Path) -> None:
    write(tmp_path / "promptlint.toml", 'per-file-ignores = { "/app/*.py" = ["PL2"] }')
    settings = load(tmp_path)
    assert settings.ignored_in("app/test_a.py") == ("PL1", "PL302", "PL4", "PL2")
    assert settings.ignored_in("app/a.py") == ("PL2",)
    assert settings.ignored_in("app/deep/a.py") == ()


def test_glob_that_is_none() -> None:
    with pytest.raises(UserError, match="not a valid glob"):
        Settings(Path(), per_file_ignores={"!": ("PL1",)}).ignored_in("a.py")


def test_selectors_are_those_that_somebody_wrote() -> None:
    settings = Settings(Path(), select=("PL1",), ignore=("PL2",), per_file_ignores={**TESTS, "a.py": ("PL3",)})
    assert list(settings.selectors()) == [("select", "PL1"), ("ignore", "PL2"), ("per-file-ignores", "PL3")]


def test_every_value_tells_where_it_comes_from(tmp_path: Path) -> None:
    write(tmp_path / "promptlint.toml", 'fail-on = "info"\nselect = ["PL1"]')
    settings = load(tmp_path).override("command line", select=("PL2",))
    resolved = settings.resolved()
    assert resolved["select"] == (("PL2",), "command line")
    assert resolved["fail-on"] == ("info", "promptlint.toml")
    assert resolved["caching"] == ("none", "default")


def test_settings_as_toml_are_read_again_the_same(tmp_path: Path) -> None:
    settings = Settings(tmp_path, exclude=('a "b"', "ü\\"), ignore=("PL1",), per_file_ignores={"x y": ("PL2",)})
    text = settings.as_toml()
    assert 'caching = "none"  # default\n' in text
    write(tmp_path / "promptlint.toml", text)
    again = load(tmp_path)
    keys = [key for key in settings.resolved() if key != "per-file-ignores"]
    assert {key: again.resolved()[key][0] for key in keys} == {key: settings.resolved()[key][0] for key in keys}
    assert again.per_file_ignores == {**TESTS, "x y": ("PL2",)}


def test_table_of_pyproject_in_a_file_of_our_own(tmp_path: Path) -> None:
    error = failure(tmp_path, '[tool.promptlint]\nfail-on = "error"\n')
    assert str(error).endswith("promptlint.toml:1: unknown key `tool`")
    assert error.help == "in promptlint.toml write the keys at the top level"


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ('min-confidence = "hihg"', 'did you mean `"high"`?'),
        ('fail-on = "Warn"', 'did you mean `"warning"`?'),
        ('fail-on = "hihg"', 'did you mean `min-confidence = "high"`?'),
        ('fail-on = "zzz"', ""),
        ("fail-on = 3", ""),
    ],
)
def test_wrong_word_gets_the_nearest(tmp_path: Path, text: str, help: str) -> None:
    assert failure(tmp_path, text).help == help


def test_folder_in_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "promptlint.toml").mkdir()
    for config in (None, tmp_path / "promptlint.toml"):
        with pytest.raises(UserError, match=r"promptlint\.toml: is a folder, not a file"):
            load(tmp_path, config)
    (tmp_path / "pyproject.toml").mkdir()
    with pytest.raises(UserError, match=r"pyproject\.toml: is a folder, not a file"):
        load(tmp_path, tmp_path / "pyproject.toml")
