"""Which stages does a project go through, which may be left out, and what proves each?

Source: DOMAIN 7; the order of 全生命周期 registers of provincial 招商 offices.
"""

from collections.abc import Mapping
from enum import StrEnum

from marketplace.lifecycle import Lifecycle


class Stage(StrEnum):
    """线索, 研判, 洽谈, 考察, 签约, 注册, 供地或入驻, 开工, 竣工, 投产, 达产, or 终止."""

    LEAD = "lead"
    ASSESSMENT = "assessment"
    TALKS = "talks"
    VISIT = "visit"
    SIGNED = "signed"
    REGISTERED = "registered"
    SUPPLIED = "supplied"
    STARTED = "started"
    COMPLETED = "completed"
    PRODUCING = "producing"
    FULL_OUTPUT = "full_output"
    TERMINATED = "terminated"


class ProofKind(StrEnum):
    """What a proof is: of a stage, signing or payment, or one of the approvals that a stage needs."""

    STAGE = "stage"
    SIGNING = "signing"
    PAYMENT = "payment"
    EIA_APPROVAL = "eia_approval"  # 环评批复
    ENERGY_REVIEW = "energy_review"  # 节能审查意见
    ENERGY_EXEMPTION = "energy_exemption"  # 不单独进行节能审查
    DISCHARGE_PERMIT = "discharge_permit"  # 排污许可证


ORDER = tuple(stage for stage in Stage if stage is not Stage.TERMINATED)
EARLY = ORDER[: ORDER.index(Stage.SIGNED)]  # told by one side; each may be left out
PROVEN = ORDER[ORDER.index(Stage.SIGNED) :]  # each takes a document or both sides, and none is left out
APPROVALS: Mapping[Stage, tuple[tuple[ProofKind, ...], ...]] = {  # of each group one
    Stage.STARTED: ((ProofKind.EIA_APPROVAL,), (ProofKind.ENERGY_REVIEW, ProofKind.ENERGY_EXEMPTION)),
    Stage.PRODUCING: ((ProofKind.DISCHARGE_PERMIT,),),
}
NUMBERED = (
    ProofKind.EIA_APPROVAL,
    ProofKind.ENERGY_REVIEW,
    ProofKind.ENERGY_EXEMPTION,
    ProofKind.DISCHARGE_PERMIT,
)


def _after(stage: Stage) -> frozenset[str]:
    """What may follow: before 签约 anything up to it, from then on the next stage alone; the end at any time."""
    place = ORDER.index(stage)
    later = ORDER[place + 1 :]
    reach = later[: later.index(Stage.SIGNED) + 1] if stage in EARLY else later[:1]
    return frozenset({*reach, Stage.TERMINATED} if reach else ())


LIFE = Lifecycle({**{str(stage): _after(stage) for stage in ORDER}, "terminated": frozenset()})


def following(stage: Stage) -> tuple[Stage, ...]:
    """The stages that may come next, in order, without the end."""
    return tuple(each for each in ORDER if LIFE.may_move(stage, each))


def has_reached(stage: Stage, which: Stage) -> bool:
    """Whether a stage is this one or a later one; an ended project has reached none."""
    return stage in ORDER and ORDER.index(stage) >= ORDER.index(which)
