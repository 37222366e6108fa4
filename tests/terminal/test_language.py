"""The command line in the language of the locale, or of ``--lang``: help, mistakes, errors."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import main
from sim.terminal.language import asked, said, speak, spoken
from sim.terminal.wide import width

BAD = Path(__file__).parents[1] / "bad"


@pytest.fixture(autouse=True)
def chinese_locale(monkeypatch):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")


def hecun(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(x) for x in arguments], prog_name="hecun")


@pytest.mark.parametrize(
    ("arguments", "lang"),
    [
        ([], "zh"), (["--lang", "en", "run"], "en"), (["run", "x", "--lang=en"], "en"),
        (["run", "--lang", "fr"], "zh"), (["run", "--", "--lang", "en"], "zh"), (["--lang"], "zh"),
    ],
)  # fmt: skip
def test_which_language_is_asked_for(arguments, lang):
    assert asked(arguments) == lang


@pytest.mark.parametrize("name", [None, *main.commands])
def test_help_in_chinese_fits_eighty_columns(name):
    text = hecun(*([name] if name else []), "--help").stdout
    assert text.startswith("用法：hecun") and "依系统语言" in text and "Options" not in text
    assert max(map(width, text.splitlines())) <= 80
    text = re.sub(r"^  hecun .*", "", text, flags=re.MULTILINE)
    assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", text), "a sentence is English still"


@pytest.mark.parametrize("name", [None, *main.commands])
def test_no_sentence_of_help_is_cut(name):
    text = hecun(*([name] if name else []), "--help", "--lang", "en").stdout
    assert text.startswith("Usage: hecun") and "--lang" in text
    assert "..." not in re.sub(r"[\w\]]\.\.\.", "", text)
    assert max(map(width, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rn"], "错误：没有命令 'rn'。是否想写 'run'？"),
        (["run"], "错误：缺少参数 'CONFIG'。"),
        (["run", "x", "--sed", "3"], "没有选项 '--sed'。"),
        (["run", "x", "--scale", "0"], "'--scale' 的取值无效：0 不在范围 1<=x<=1000 之内。"),
        (["new", "x"], "错误：缺少选项 '--county'。"),
        (["run", "no.yaml"], "中没有这个文件"),
        (["run", "x.yaml", "--set", "scale"], "--set scale：应写成 键=值"),
        (["check", BAD / "typo_keys.yaml"], "未知的键；是否想写 'communities'？"),
        (["check", BAD / "typo_keys.yaml"], "\n共 5 个问题"),
        (["explain", "nothing_there"], "没有名为 'nothing_there' 的内容"),
        (["pack", "nowhere"], "不是结果文件夹"),
    ],
)  # fmt: skip
def test_mistakes_are_told_in_chinese(arguments, told):
    done = hecun(*arguments)
    assert done.exit_code == 2 and told in done.stderr
    assert "Error" not in done.stderr and "Traceback" not in done.stderr


def test_lang_says_otherwise_and_ends_with_the_command():
    done = hecun("--lang", "en", "run", "no.yaml")
    assert "no such file in" in done.stderr and done.exit_code == 2
    assert spoken() == "en" and said("a text") == "a text"
    speak("zh")
    assert said("a text") == "文字"
    speak("en")


def test_new_is_commented_in_chinese_and_right(tmp_path):
    done = hecun("new", "mine", "--county", "德昌县", "--folder", tmp_path)
    assert "已写入" in done.stdout and "下一步：hecun run" in done.stdout
    text = (tmp_path / "configs" / "mine.yaml").read_text("utf-8")
    comments = re.findall("# .*", text)
    assert len(comments) > 10 and all(re.search("[\u4e00-\u9fff]", line) for line in comments)
    checked = hecun("check", tmp_path / "configs" / "mine.yaml")
    assert checked.exit_code == 0 and "正确 - " in checked.stdout


@pytest.mark.parametrize("key", ["service_reach", "merger", "trust", "levers", "headcount.posts"])
def test_explanations_are_chinese(key):
    text = hecun("explain", key).stdout
    heads = ("value", "unit", "source", "definition", "what", "default")
    assert text and not re.search(rf"^ *({'|'.join(heads)})  ", text, re.MULTILINE)
