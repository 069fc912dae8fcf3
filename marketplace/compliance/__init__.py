"""Which texts may be published as they are, which wait, and who decided so?"""

from marketplace.compliance.queries import (
    answers_to,
    concluded_texts,
    open_texts,
    text_by_id,
    texts_at,
    waiting_at,
    waiting_texts,
)
from marketplace.compliance.rules import (
    LIFE,
    OPEN,
    PUBLIC,
    Place,
    answer,
    conclude,
    may_conclude,
    submit,
    withdraw,
)
from marketplace.compliance.tables import (
    Answer,
    AnswerFields,
    AnswerKind,
    Authority,
    Ground,
    Screening,
    ScreeningStatus,
)

__all__ = [
    "LIFE",
    "OPEN",
    "PUBLIC",
    "Answer",
    "AnswerFields",
    "AnswerKind",
    "Authority",
    "Ground",
    "Place",
    "Screening",
    "ScreeningStatus",
    "answer",
    "answers_to",
    "conclude",
    "concluded_texts",
    "may_conclude",
    "open_texts",
    "submit",
    "text_by_id",
    "texts_at",
    "waiting_at",
    "waiting_texts",
    "withdraw",
]
