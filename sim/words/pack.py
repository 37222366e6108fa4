"""Words of the page that goes with packed results."""

WORDS: dict[str, tuple[str, str]] = {
    "pack_title": ("Results of hecun (合村)", "合村（hecun）结果包"),
    "pack_run": ("One run: {title}.", "一次运行：{title}。"),
    "pack_experiment": (
        "An experiment, method `{method}`: {points} design points, {replicates} replicates, "
        "{failed} runs failed. {question}",
        "一项实验，方法为 `{method}`：{points} 个设计点，{replicates} 次重复，{failed} 次运行失败。"
        "{question}",
    ),
    "pack_whole": (
        "The folder holds all that the results need: tables, configuration, and the user's own "
        "files that it names. It was made with hecun {version} and the versions in "
        "`environment.txt`; `SHA256SUMS` has the digest of every file.",
        "本文件夹包含结果所需的全部内容：数据表、配置，以及配置所引用的自备文件。"
        "由 hecun {version} 生成，各软件版本见 `environment.txt`，各文件摘要见 `SHA256SUMS`。",
    ),
    "pack_again": (
        "To do it again, in this folder, with hecun {version} installed:",
        "安装 hecun {version} 后，在本文件夹内即可复现：",
    ),
    "pack_same": (
        "With the same versions the tables are the same bytes (all but `timings`). Please cite "
        "`CITATION.cff`.",
        "软件版本相同时，各表逐字节一致（`timings` 除外）。引用格式见 `CITATION.cff`。",
    ),
    "pack_code": (
        "**These results name Python code of their author's ({files}), which these commands run: "
        "read it first.**",
        "**本结果引用了作者自编的 Python 代码（{files}），上述命令会执行它，请先阅读。**",
    ),
}
