"""Written answers of a made-up class to week 2's questions: paraphrases in English and Chinese, with typing errors."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from cnngrade.course import find_course
from cnngrade.course.answers import state_of
from cnngrade.course.questions import Question
from cnngrade.records.database import Store
from cnngrade.records.report import AnswerState, Report, WrittenResult
from tests.support import factories

REPOSITORY = Path(__file__).resolve().parents[2]
QUESTIONS = find_course(REPOSITORY, REPOSITORY).week("week2").questions

# What a student may say of one point of the question `shuffle`; each row is one thing said in several ways.
ENGLISH = [
    [
        "With shuffle=True the order of the samples is drawn again in every epoch, so the batches change.",
        "shuffle=True means a new random order each epoch, so each epoch has different mini-batches.",
        "The loader shuffles the samples anew at the start of every epoch, and the batches come out differently.",
    ],
    [
        "It shuffles the data set once at the beginning and then keeps that order.",
        "shuffle=True mixes the images one time before training, after that the order is fixed.",
    ],
    [
        "Shuffling changes the labels of the images.",
        "When you shuffle, labels and images get mixed up with each other.",
    ],
]
REASONS = [
    [
        "Training needs it as each batch should be a random sample of the whole set; sorted data give one class per batch.",
        "Gradient steps need batches that are random samples of the whole data set, otherwise a batch may hold one class only.",
        "For SGD the batches must be independent samples; with sorted classes the net would forget the last class.",
    ],
    ["It is better for training because it prevents overfitting.", "This prevents overfitting and generalises better."],
    ["I think it makes the training faster.", "Training is faster when the data is shuffled."],
]
TESTING = [
    [
        "In testing nothing is updated and the mean does not depend on the order.",
        "The test set needs no shuffling since no parameters are updated and the accuracy is the same in any order.",
    ],
    [
        "Shuffling the test set would make the accuracy wrong.",
        "If we shuffle the test data the accuracy is not correct any more.",
    ],
    [],
]
CHINESE = [
    [
        "shuffle=True 时每个 epoch 开始都会重新随机排列样本，所以每次的小批量都不同。",
        "打开 shuffle 之后，每个 epoch 的样本顺序都重新抽取，小批量的组成也跟着变。",
    ],
    ["只在开始的时候洗一次牌，之后顺序就固定了。", "shuffle 会在训练开始前把数据打乱一次，以后不再变。"],
    ["洗牌会改变图片的标签。", "打乱以后图片和标签就对不上了。"],
]
CHINESE_REASONS = [
    [
        "训练时每一批都应当是整个训练集的随机样本，如果数据按类别排好，一批里就只有一个类。",
        "因为梯度更新要求小批量是随机抽取的样本，否则按类别排序的数据会让网络忘掉前面的类。",
    ],
    ["这样可以防止过拟合。", "主要是为了防止过拟合，泛化更好。"],
    ["这样训练更快。", "可以让训练速度变快。"],
]
CHINESE_TESTING = [
    ["测试时不更新参数，平均准确率与顺序无关，所以不需要。", "测试集不用洗牌，因为不更新参数，结果与顺序没有关系。"],
    ["测试集洗牌会让准确率出错。", "如果打乱测试集，准确率就不对了。"],
    [],
]


def answer(rng: random.Random) -> tuple[str, str]:
    """One answer to `shuffle`, and what it says in a word: the same for paraphrases in one language."""
    if rng.random() < 0.05:
        return rng.choice(["", "", "TODO", "不会"]), "none"
    chinese = rng.random() < 0.4
    parts = (CHINESE, CHINESE_REASONS, CHINESE_TESTING) if chinese else (ENGLISH, REASONS, TESTING)
    said, sentences = "zh" if chinese else "en", []
    for rows in parts:
        row = rng.choices(range(3), (7, 2, 1))[0]
        said += str(row)
        sentences += [rng.choice(rows[row])] if rows[row] else []
    return ("" if chinese else " ").join(_typed(sentence, rng) for sentence in sentences), said


def _typed(sentence: str, rng: random.Random) -> str:
    """With a typing error now and then."""
    letters = list(sentence)
    for _ in range(rng.choice((0, 0, 1, 2))):
        place = rng.randrange(len(letters) - 1)
        letters[place], letters[place + 1] = letters[place + 1], letters[place]
    return "".join(letters)


def other_answer(question: Question, rng: random.Random) -> str:
    """An answer to any other question: some sentences of the model answer, in their order."""
    assert question.answer
    text = question.answer.zh if rng.random() < 0.4 else question.answer.en
    sentences = [line for line in text.replace("。", "。\n").replace(". ", ".\n").split("\n") if line.strip()]
    return "\n".join(sentence for sentence in sentences if rng.random() < 0.6)


def reports(count: int, seed: int = 0) -> list[Report]:
    """A class of `count` students who passed all tasks and wait for their marks."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        texts = [answer(rng)[0] if question.id == "shuffle" else other_answer(question, rng) for question in QUESTIONS]
        written = [
            WrittenResult(each.id, None, each.points, text, state=state_of(text))
            for each, text in zip(QUESTIONS, texts, strict=True)
        ]
        made.append(factories.report([factories.task("lenet")], written, student=f"student-{number:03d}"))
    return made


def write_store(out: Path, graded: list[Report]) -> Path:
    """An output folder as `grade` leaves it, without its pages."""
    with Store(out) as store:
        store.remember(week_title="From a fully connected net to LeNet")
        for report in graded:
            store.add(report, "key")
    return out


def answered(report: Report, **texts: str) -> Report:
    """The report with other answers, by question with `_` for `-`."""
    given = {question.replace("_", "-"): text for question, text in texts.items()}
    written = [
        replace(each, answer=given[each.question], state=AnswerState.GIVEN) if each.question in given else each
        for each in report.written
    ]
    return replace(report, written=written)
