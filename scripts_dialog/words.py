"""What each key of the dialog language means, for editors and help. A test holds this table to the models."""

from __future__ import annotations

from scripts_dialog.findings import Text

KEYS: dict[str, Text] = {
    # the file
    "script": Text("Имя сценария латиницей или кириллицей, без пробелов", "The script's name, without spaces"),
    "part": Text("Имя части: её включают в сценарии", "The name of a part that scripts include"),
    "title": Text("Название для людей; на разговор не влияет", "A name for people; the talk does not depend on it"),
    "goal": Text("Ради чего звонок: по нему судят об успехе", "What the call is for: success is measured by it"),
    "language": Text("Язык разговора", "The language of the talk"),
    "start": Text("С какой фразы начать", "The phrase to begin with"),
    "include": Text("Части, из которых собран сценарий", "The parts the script is made of"),
    "entries": Text("Фразы части, на которые можно сослаться снаружи", "Phrases of the part that others may lead to"),
    "exits": Text(
        "Куда часть ведёт наружу: её выход — фраза сценария", "Where the part leads out: its exit, your phrase"
    ),
    "variables": Text("Факты для текстов: имя — значение", "Facts for the texts: name and value"),
    "phrases": Text("Фразы разговора: имя — содержание", "The phrases of the talk: name and content"),
    "objections": Text(
        "Что клиент может сказать в любой момент, и ответ; потом разговор возвращается",
        "What a client may say at any time, and the answer; then the talk returns",
    ),
    "intents": Text("Свои смыслы ответов с примерами", "Meanings of your own, with examples"),
    "defaults": Text(
        "Что делать при молчании и непонимании, если фраза не говорит иначе", "What phrases do by default"
    ),
    # what is said
    "say": Text(
        "Что сказать: текст, список (на первый раз, второй…) или варианты для сравнения",
        "What to say: a text, a list (first time, second time…) or variants to compare",
    ),
    "variant": Text("Имя варианта в отчёте", "The variant's name in reports"),
    "text": Text("Слова варианта", "The words of the variant"),
    "weight": Text("Как часто брать этот вариант относительно других", "How often this variant is taken"),
    "audio": Text(
        "Студийная запись вместо синтеза: файл из папки recordings", "A studio recording: a file in recordings"
    ),
    "again": Text("Как переспросить, вернувшись к фразе после возражения", "How to ask again after an objection"),
    "interruptible": Text("Можно ли перебить (true) или нет (false)", "Whether the client may cut it short"),
    # what is heard
    "answers": Text("Смысл ответа — куда идти дальше", "What the client means, and where to go"),
    "expects": Text("Какой ответ ждём: да/нет, выбор, свободный…", "What kind of answer is expected"),
    "silence": Text("Что делать, если клиент молчит", "What to do when the client is silent"),
    "not_understood": Text("Что делать, если клиент не понят", "What to do when the client is not understood"),
    "after": Text("Сколько ждать, прежде чем считать это молчанием", "How long to wait before it is silence"),
    "at_most": Text("Сколько раз подряд, потом — then", "How often, then it is `then`"),
    "then": Text("Куда идти, когда попытки кончились", "Where to go when the attempts are used up"),
    "max_speech": Text("Сколько секунд клиент может говорить подряд", "The longest turn of a client"),
    "examples": Text("Как клиенты это говорят: по одному примеру в строке", "How clients say it, one example a line"),
    "also": Text(
        "Ещё примеры к смыслу, который уже есть в части или во всех сценариях",
        "More examples of an intent that a part or all scripts have already",
    ),
    "cues": Text("Слова, которые почти всегда это и значат", "Words that nearly always mean it"),
    "implies": Text(
        "За какой более простой смысл сойдёт, если на этот ответа нет", "The plainer meaning it passes for"
    ),
    "repeat": Text("Повторить последние слова робота", "Say the robot's last words again"),
    # where it goes
    "goto": Text("Перейти к фразе, не дожидаясь ответа", "Go to a phrase without waiting"),
    "branch": Text("Развилка: первое условие, которое выполнено", "A fork: the first condition that holds"),
    "when": Text("Условие развилки или вопрос о времени встречи", "The condition, or the question for a time"),
    "otherwise": Text("Куда идти, если ни одно условие не выполнено", "Where to go when no condition holds"),
    "end": Text("Закончить разговор с этим исходом", "Hang up with this outcome"),
    "reason": Text("Причина исхода для отчёта", "The reason of the outcome, for reports"),
    "callback_at": Text("Переменная со временем обратного звонка", "The variable that holds the time to call back"),
    "reached": Text(
        "Что уже достигнуто, даже если клиент положит трубку", "What is achieved even if the client hangs up"
    ),
    # doing
    "action": Text("Действие в CRM", "Something for the CRM"),
    "with": Text("Параметры действия", "The parameters of the action"),
    "transfer": Text("Соединить с живым человеком", "Connect with a live person"),
    "failed": Text("Куда идти, если соединить не удалось", "Where to go when nobody takes the call"),
    "collect": Text("Что спросить: дату и время, число, почту, имя, текст", "What to ask for"),
    "into": Text("В какую переменную записать ответ", "The variable that gets the answer"),
    "confirm": Text("Как прочесть ответ назад, чтобы клиент подтвердил", "How to read it back for a yes"),
    "wrong": Text("Что сказать, если прочли назад неверно", "What to say when it was read back wrong"),
    "default": Text("Значение, если клиент согласен, но ничего не назвал", "The value when the client names none"),
    "collected": Text("Куда идти, когда ответ получен", "Where to go with the answer"),
    "book_meeting": Text("Записать на встречу: длительность и сколько времён предложить", "Book a meeting"),
    "duration": Text("Сколько длится встреча", "How long the meeting takes"),
    "notice": Text("Не раньше чем через столько от звонка", "No meeting sooner than this"),
    "offer": Text("Предложение времён: сколько сразу или какими словами", "The offer of times: how many, or its words"),
    "words": Text("Слова вокруг времён встречи", "The words around the times"),
    "single": Text("Слова, когда предлагается одно время", "The words for a single time"),
    "nearest": Text("Слова, когда названное время занято", "The words when the time asked for is taken"),
    "which": Text("Как уточнить, какое время выбрали", "How to ask which time was chosen"),
    "taken": Text("Слова, когда время только что заняли", "The words when somebody else was faster"),
    "booked": Text("Куда идти, когда встреча записана", "Where to go when the meeting is booked"),
    "no_slot": Text("Куда идти, когда свободного времени нет", "Where to go when nothing is free"),
    "declined": Text("Куда идти, когда клиент не хочет ни одного времени", "Where to go when no time suits"),
}
