"""`zvonar script publish`: check a script, train its understanding and have its phrases spoken, all before the first
call."""

from __future__ import annotations

import time

import click

from robot.calls.scripts import ScriptShelf
from robot.cli.framework import EXIT_FAILED, Command, option, run, terminal
from robot.cli.rendering import before_a_call, open_voice, render
from robot.cli.script_files import SCRIPT, variables_of
from robot.domain.clock import utc_now
from robot.i18n import tr
from robot.settings import Settings
from robot.speech.mastering import master_file


@click.command(
    cls=Command,
    help="Подготовить сценарий к звонкам: проверить, обучить понимание и озвучить все фразы, которые известны заранее. "
    "Во время звонка останется озвучить только то, что назвал сам клиент. "
    "| Make a script ready for calls: check it, train the understanding, render every phrase that is known beforehand. "
    "What is left for the call is only what the client himself has named.",
)
@click.argument("file", type=SCRIPT)
@option("--voice", "voices", multiple=True, help="Голос; можно несколько. | A voice; may be given again.")
@option("--set", "assignments", multiple=True, metavar="NAME=VALUE", help="Переменная кампании. | A variable.")
@click.pass_context
def publish(ctx: click.Context, file: object, voices: tuple[str, ...], assignments: tuple[str, ...]) -> None:
    settings: Settings = ctx.obj
    published = ScriptShelf(utc_now, master_file).publish(str(file))
    script = published.engine.script
    texts = published.texts(before_a_call(variables_of(assignments), dict(script.variables)))
    console = terminal()

    async def work() -> int:
        failed = 0
        for name in voices or ("",):
            async with open_voice(settings, name) as (voice, phrases):
                began = time.perf_counter()
                rendered = await render(console, phrases, texts)
                took = round(time.perf_counter() - began, 1)
                ready = rendered.total - len(rendered.failures)
                told = tr(f"{ready} фраз готово за {took} с", f"{ready} phrases ready in {took} s")
                console.print(f"{voice.name}: {told}", markup=False, highlight=False)
                for text, failure in rendered.failures:
                    told = tr("фраза не озвучена", "phrase not rendered")
                    console.print(f"  {told}: {text}: {failure}", markup=False, style="red")
                failed += len(rendered.failures)
        return failed

    failed = run(work())
    recorded = len(published.recordings)
    console.print(
        tr(
            f"Сценарий {script.name}, версия {script.version_hash}: готов, студийных записей {recorded}",
            f"Script {script.name}, version {script.version_hash}: ready, {recorded} studio recordings",
        ),
        markup=False,
        highlight=False,
    )
    if failed:
        ctx.exit(EXIT_FAILED)
