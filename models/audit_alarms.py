"""What a check of the audit can find."""

import enum

from models.i18n import N_


class Alarm(enum.StrEnum):
    """Why the audit is not as it was: its chain in the database, its anchor outside, its keys."""

    BROKEN = "chain_broken"
    KEY_MISSING = "audit_key_missing"
    ANCHOR_MISSING = "anchor_missing"
    ANCHOR_EMPTY = "anchor_empty"
    ANCHOR_FORGED = "anchor_forged"
    ANCHOR_STALE = "anchor_stale"


ALARM_LABELS = {
    Alarm.BROKEN: N_("有一处对不上"),
    Alarm.KEY_MISSING: N_("钥匙文件里缺了核对用的密钥"),
    Alarm.ANCHOR_MISSING: N_("库外的锚点文件不见了"),
    Alarm.ANCHOR_EMPTY: N_("库外的锚点文件是空的"),
    Alarm.ANCHOR_FORGED: N_("库外的锚点文件被改过"),
    Alarm.ANCHOR_STALE: N_("库外的锚点两个多小时没有写"),
}
