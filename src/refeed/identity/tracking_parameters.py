"""The parameters that identity, version 1, takes for tracking. Frozen: ids hang on them.

What cleaning takes off links is in `rules/tracking.toml`, and may grow: ids stay as they are.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Site(NamedTuple):
    """Tracking on one site: lower-case names, and what names begin with."""

    names: frozenset[str]
    prefixes: tuple[str, ...] = ()


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _site(names: str, *prefixes: str) -> Site:
    return Site(_names(names), prefixes)


EVERYWHERE: Final = _names(
    """
    gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid srsltid _gl _ga msclkid
    yclid ysclid ymclid syclid _openstat fbclid twclid ttclid igshid irclickid rb_clickid
    wickedid unicorn_click_id awc erid tduid fb_action_ids fb_action_types fb_comment_id
    fb_ref fb_source action_object_map action_ref_map action_type_map mc_cid mc_eid mc_tc
    mkt_tok _hsenc _hsmi __hssc __hstc __hsfp hsctatracking vero_id vero_conv oly_anon_id
    oly_enc_id ml_subscriber ml_subscriber_hash _branch_match_id _branch_referrer _bhlid
    _kx __s bsft_clkid bsft_uid et_rid sfmc_id sfmc_activityid sms_click sms_source
    sms_uph sc_cid sc_customer sc_eh sc_uid ir_adid ir_campaignid ir_partnerid irgwc
    pk_campaign pk_medium pk_source pk_cid itm_campaign itm_medium itm_source itm_content
    itm_term at_campaign at_medium at_custom1 at_custom2 at_custom3 at_custom4
    at_recipient_id at_recipient_list xtor s_cid cmpid wt_mc cm_me cm_cr cx_click
    cx_recsorder cx_recswidget guccounter guce_referrer guce_referrer_sig spm usqp
    amp_js_v amp_gsa __twitter_impression __readwiselocation
    """
)

EVERYWHERE_PREFIXES: Final = ("utm_", "mtm_", "hsa_", "hmb_", "cm_mmc")

# Medium's feeds, also on domains of the authors' own.
RSS_SOURCE: Final = re.compile(r"rss-[0-9a-f]+-+[0-9]+")

_TWITTER = _site("ref_src ref_url s t cn cxt")
_YOUTUBE = _site("feature si pp kw app source_ve_path", "embeds_")
_INSTAGRAM = _site("igsh igshid ig_rid xmt")
_CNET = _site("ftag")
_CONDE_NAST = _site("mbid bxid cndid esrc source")
_YAHOO = _site("ncid", "guce_")
_ALIBABA = _site("spm scm pvid utparam ali_trackid", "algo_")

SITES: Final = {
    "twitter.com": _TWITTER,
    "x.com": _TWITTER,
    "youtube.com": _YOUTUBE,
    "youtu.be": _YOUTUBE,
    "facebook.com": _site(
        "__tn__ fref hc_ref hc_location pnref epa mibextid sfnsn rdid comment_tracking paipv",
        "__cft__",
        "__xts__",
    ),
    "instagram.com": _INSTAGRAM,
    "threads.net": _INSTAGRAM,
    "threads.com": _INSTAGRAM,
    "reddit.com": _site("share_id ref ref_source ref_campaign correlation_id $deep_link rdt"),
    "medium.com": _site("source"),
    "linkedin.com": _site("trk"),
    "tiktok.com": _site("_t _r u_code preview_pb tt_from", "share_"),
    "nytimes.com": _site(
        "smid smtyp referringsource sgrp ugrp campaign_id emc instance_id nl regi_id "
        "segment_id te user_id"
    ),
    "washingtonpost.com": _site("itid tid"),
    "wsj.com": _site("mod reflink st"),
    "bloomberg.com": _site("sref srnd leadsource in_source"),
    "forbes.com": _site("sh"),
    "theguardian.com": _site("cmp"),
    "cnet.com": _CNET,
    "cbsnews.com": _CNET,
    "gamespot.com": _CNET,
    "reuters.com": _site("taid feedtype feedname"),
    "cnbc.com": _site("__source"),
    "ft.com": _site("trk"),
    "economist.com": _site("fsrc cid1 etear"),
    "newyorker.com": _CONDE_NAST,
    "wired.com": _CONDE_NAST,
    "vogue.com": _CONDE_NAST,
    "vanityfair.com": _CONDE_NAST,
    "gq.com": _CONDE_NAST,
    "huffpost.com": _YAHOO,
    "techcrunch.com": _YAHOO,
    "yahoo.com": _YAHOO,
    "time.com": _site("iid"),
    "bbc.com": _site("", "at_"),
    "bbc.co.uk": _site("", "at_"),
    "lefigaro.fr": _site("", "at_"),
    "nikkei.com": _site("n_cid i_cid"),
    "wikipedia.org": _site("wprov"),
    "spotify.com": _site("si"),
    "imdb.com": _site("ref_", "pf_rd_"),
    "goodreads.com": _site("from_search from_srp qid rank"),
    "bilibili.com": _site(
        "spm_id_from from seid vd_source share_source share_medium share_plat share_tag "
        "share_session_id unique_k"
        "timestamp buvid mid plat_id from_source msource up_id is_story_h5"
    ),
    "taobao.com": _ALIBABA,
    "tmall.com": _ALIBABA,
    "aliyun.com": _ALIBABA,
    "sohu.com": _site("pvid scm"),
    "xiaohongshu.com": _site("xsec_source", "share_", "app_"),
    "weibo.com": _site("from wvr mod refer_flag ssl_rnd"),
    "mp.weixin.qq.com": _site(
        "chksm scene srcid mpshare subscene sessionid clicktime enterid ascene devicetype "
        "version nettype lang"
        "exportkey pass_ticket wx_header from isappinstalled",
        "sharer_",
    ),
}

UNDER_COUNTRIES: Final = {
    "amazon": _site(
        "ref_ ref qid sr crid sprefix th tag linkcode linkid camp creative creativeasin ascsubtag",
        "pd_rd_",
        "pf_rd_",
    ),
}
