"""What can somebody be told, in which words, and does it come by letter unless they choose otherwise?

Words say no more than that something happened: the page they lead to shows what its reader may read. A further sentence
with facts is shown only while the reader still sees what it is about. A new kind is a member and a line here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marketplace.organisations import OrganisationKind


class Topic(StrEnum):
    """What notices are sorted by."""

    EXCHANGES = "exchanges"
    PROJECTS = "projects"
    CAPACITY = "capacity"
    SEARCHES = "searches"
    HOUSE = "house"  # one's own organisation, its people and texts


class Letter(StrEnum):
    """When a notice also comes by mail."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NEVER = "never"


class NoticeKind(StrEnum):
    """What happened. Kept as a word without a check: the list grows with the noun that tells."""

    INTEREST = "interest"
    MUTUAL = "mutual"
    OPENED = "opened"
    CLOSED = "closed"
    PROMISED = "promised"
    MESSAGE = "message"
    QUESTIONS = "questions"
    ANSWERS = "answers"
    OFFER = "offer"
    OFFER_ANSWERED = "offer_answered"
    VISIT = "visit"
    TRANSFER = "transfer"
    TRANSFER_ANSWERED = "transfer_answered"
    OVERDUE = "overdue"
    OVERDUE_DESK = "overdue_desk"
    PROPOSAL_WAITING = "proposal_waiting"
    PROPOSAL_DECIDED = "proposal_decided"
    FIGURE_COMPARED = "figure_compared"
    HELD = "held"
    HOLD_EXPIRED = "hold_expired"
    CAPACITY_OFFERED = "capacity_offered"
    PROJECT_BEGUN = "project_begun"
    PROJECT_WAITING = "project_waiting"
    PROJECT_MOVED = "project_moved"
    PROJECT_ENDED = "project_ended"
    SEARCH_FOUND = "search_found"
    VERIFICATION_DECIDED = "verification_decided"
    CLAIM_DECIDED = "claim_decided"
    TEXT_DECIDED = "text_decided"
    INVITATION_ACCEPTED = "invitation_accepted"
    WEBHOOK_PAUSED = "webhook_paused"
    HELP_CODE = "help_code"
    HELP_ASKED = "help_asked"
    HELP_REMOVED = "help_removed"


@dataclass(frozen=True, slots=True)
class Words:
    """How a kind is said in both languages; `more` is a sentence with {facts}."""

    topic: Topic
    zh: str
    en: str
    letter: Letter = Letter.DAILY
    zh_more: str = ""
    en_more: str = ""


_T, _L = Topic, Letter
WORDS: Mapping[NoticeKind, Words] = {
    NoticeKind.INTEREST: Words(
        _T.EXCHANGES, "有一方表示对接意向，等待回应", "Somebody wants to talk and waits for an answer", _L.AT_ONCE
    ),
    NoticeKind.MUTUAL: Words(
        _T.EXCHANGES, "双方互有意向，可查看将公开的内容", "The interest is mutual: read what would open", _L.AT_ONCE
    ),
    NoticeKind.OPENED: Words(
        _T.EXCHANGES, "双方均已同意，身份已互相公开", "Both sides agreed: identities are open", _L.AT_ONCE
    ),
    NoticeKind.CLOSED: Words(_T.EXCHANGES, "一项对接已关闭", "An exchange was closed"),
    NoticeKind.PROMISED: Words(_T.EXCHANGES, "对方已签署保密承诺", "The other side has promised confidence"),
    NoticeKind.MESSAGE: Words(_T.EXCHANGES, "一项对接中有新消息", "A new message in an exchange", _L.AT_ONCE),
    NoticeKind.QUESTIONS: Words(
        _T.EXCHANGES, "一项对接中对方提出了问题，等待答复", "Questions in an exchange wait for an answer", _L.AT_ONCE
    ),
    NoticeKind.ANSWERS: Words(
        _T.EXCHANGES, "一项对接中对方答复了问题", "Questions in an exchange were answered", _L.AT_ONCE
    ),
    NoticeKind.OFFER: Words(
        _T.EXCHANGES, "一项对接中的报价有变化", "An offer in an exchange is new or was taken back", _L.AT_ONCE
    ),
    NoticeKind.OFFER_ANSWERED: Words(
        _T.EXCHANGES, "对方已答复一项报价", "An offer in an exchange was answered", _L.AT_ONCE
    ),
    NoticeKind.VISIT: Words(
        _T.EXCHANGES, "一项对接中的考察安排有变化", "A visit in an exchange was changed", _L.AT_ONCE
    ),
    NoticeKind.TRANSFER: Words(
        _T.EXCHANGES,
        "一项对接中园区提出或撤回了项目流转建议",
        "A park proposed to hand a project on, or took that back",
        _L.AT_ONCE,
    ),
    NoticeKind.TRANSFER_ANSWERED: Words(
        _T.EXCHANGES, "一项流转建议有了结果", "A proposal to hand a project on has come to an end", _L.AT_ONCE
    ),
    NoticeKind.OVERDUE: Words(
        _T.EXCHANGES, "一项对接已超过办理时限，请尽快处理", "A clock of an exchange has run out: please act", _L.AT_ONCE
    ),
    NoticeKind.OVERDUE_DESK: Words(
        _T.EXCHANGES, "有园区超过对接办理时限", "A park is past the time limit of an exchange", _L.DAILY
    ),
    NoticeKind.PROPOSAL_WAITING: Words(
        _T.CAPACITY, "有承载力修改等待审核", "A change of a capacity sheet waits for approval"
    ),
    NoticeKind.PROPOSAL_DECIDED: Words(
        _T.CAPACITY, "您提交的承载力修改已审核", "Your change of a capacity sheet was decided"
    ),
    NoticeKind.FIGURE_COMPARED: Words(
        _T.CAPACITY, "平台已核对一项数据的依据文件", "The platform compared a figure with its paper"
    ),
    NoticeKind.HELD: Words(_T.CAPACITY, "园区已预留承载力", "A park has set capacity aside", _L.AT_ONCE),
    NoticeKind.HOLD_EXPIRED: Words(_T.CAPACITY, "一项预留已到期释放", "A hold has expired", _L.AT_ONCE),
    NoticeKind.CAPACITY_OFFERED: Words(
        _T.CAPACITY, "排队等待的承载力已有空余，请尽快确认", "What was waited for is offered", _L.AT_ONCE
    ),
    NoticeKind.PROJECT_BEGUN: Words(_T.PROJECTS, "对方已将对接立项", "The other side has begun a project"),
    NoticeKind.PROJECT_WAITING: Words(
        _T.PROJECTS, "有项目进展待我方确认", "Something about a project waits for our confirmation", _L.AT_ONCE
    ),
    NoticeKind.PROJECT_MOVED: Words(_T.PROJECTS, "项目有新进展", "A project has moved on"),
    NoticeKind.PROJECT_ENDED: Words(_T.PROJECTS, "一个项目已终止", "A project has ended", _L.AT_ONCE),
    NoticeKind.SEARCH_FOUND: Words(
        _T.SEARCHES,
        "订阅条件有新的结果",
        "Something new fits a saved search",
        zh_more="{count} 个园区新满足条件",
        en_more="Parks that newly fit: {count}",
    ),
    NoticeKind.VERIFICATION_DECIDED: Words(
        _T.HOUSE, "本单位的核验有了结果", "The verification of your organisation was decided", _L.NEVER
    ),
    NoticeKind.CLAIM_DECIDED: Words(_T.HOUSE, "园区认领申请已处理", "A claim of a park was decided", _L.AT_ONCE),
    NoticeKind.TEXT_DECIDED: Words(
        _T.HOUSE, "优惠政策文本的审查有了结论", "The review of an incentive text was concluded"
    ),
    NoticeKind.INVITATION_ACCEPTED: Words(
        _T.HOUSE, "有同事接受邀请加入本单位", "A colleague accepted the invitation", _L.NEVER
    ),
    NoticeKind.WEBHOOK_PAUSED: Words(
        _T.HOUSE, "一个回调多次推送失败，已暂停", "A webhook failed many times and is paused", _L.AT_ONCE
    ),
    NoticeKind.HELP_CODE: Words(
        _T.HOUSE, "管理员为您的账号开出了一次性代码", "An admin gave out a one-time code for your account", _L.NEVER
    ),
    NoticeKind.HELP_ASKED: Words(
        _T.HOUSE,
        "管理员申请移除您的双因素验证，待另一位管理员同意",
        "An admin asked to take your second factor away: a second admin decides",
        _L.NEVER,
    ),
    NoticeKind.HELP_REMOVED: Words(
        _T.HOUSE, "管理员移除了您账号的双因素验证", "An admin took your second factor away", _L.NEVER
    ),
}


# What only some are ever told; the platform has no exchanges, projects or parks of its own.
_OFFICE = frozenset({OrganisationKind.PARK})
ONLY: Mapping[NoticeKind, frozenset[OrganisationKind]] = {
    NoticeKind.OVERDUE_DESK: frozenset({OrganisationKind.PLATFORM}),
    NoticeKind.HELD: frozenset({OrganisationKind.ENTERPRISE}),
    NoticeKind.TRANSFER: frozenset({OrganisationKind.ENTERPRISE}),
    NoticeKind.TRANSFER_ANSWERED: _OFFICE,
    NoticeKind.PROPOSAL_WAITING: _OFFICE,
    NoticeKind.PROPOSAL_DECIDED: _OFFICE | {OrganisationKind.ORGANIZER},
    NoticeKind.CLAIM_DECIDED: _OFFICE,
}
_NOT_THE_DESK = frozenset(OrganisationKind) - {OrganisationKind.PLATFORM}
_BETWEEN_TWO = frozenset({Topic.EXCHANGES, Topic.PROJECTS, Topic.CAPACITY})


def kinds_for(kind: OrganisationKind, topic: Topic) -> list[NoticeKind]:
    """The kinds of a topic that somebody of such an organisation can be told, in the order they stand."""
    usual = _NOT_THE_DESK if topic in _BETWEEN_TWO else frozenset(OrganisationKind)
    return [each for each in kinds_about(topic) if kind in ONLY.get(each, usual)]


def letter_of(kind: NoticeKind) -> Letter:
    """How a kind comes by mail to who has chosen nothing."""
    return WORDS[kind].letter


def kinds_about(topic: Topic) -> list[NoticeKind]:
    """The kinds of one topic, in the order they stand."""
    return [kind for kind, words in WORDS.items() if words.topic is topic]
