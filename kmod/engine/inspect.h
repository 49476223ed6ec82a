/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inspection: from a packet's bytes to a verdict and the events that explain
 * it. The pipeline: view, packet, reputation, flow, stream,
 * dialog, rules, verdict.
 */
#ifndef SEGWARD_ENGINE_INSPECT_H
#define SEGWARD_ENGINE_INSPECT_H

#include <linux/segward.h>
#include <linux/segward_image.h>

#include "dialog.h"
#include "flow.h"
#include "fragment.h"
#include "packet.h"
#include "port.h"
#include "profile.h"
#include "reputation.h"
#include "rule.h"
#include "srh.h"
#include "view.h"

/*
 * Rule matches kept of one packet. Suricata's packet-alert-max is 15; matches
 * past ours still count for the verdict, only their events are lost
 * (result->hits_lost).
 */
#define SEGWARD_HITS_MAX	16

/*
 * Work units that one packet may cost: a unit is a prefilter slot compared, a
 * rule evaluated, a set element looked at, a place tried for a content, 64
 * bytes compared or searched through, or 8 rules that a pattern wakes.
 * At some nanoseconds each this bounds a packet to well below a millisecond;
 * real traffic with 15,000 rules stays below a thousand.
 */
#define SEGWARD_WORK_MAX	100000

/*
 * Units for handing one piece of payload to one ruleset, matches or not: what
 * that costs at least. It bounds the segments of a GSO packet: 3,000 pieces
 * are 64 KiB in the smallest segments that Linux makes (TCP_MIN_MSS), twice.
 */
#define SEGWARD_WORK_PIECE	32

/* Largest payload inspected at once; larger ones come in GSO segments. */
#define SEGWARD_PAYLOAD_MAX	65536

/* Bytes of a stream that rules are shown at once, SEGWARD_STREAM_TAIL included. */
#define SEGWARD_STREAM_WINDOW	16384

/* Bytes of a buffer that dotprefix looks at, with the dot. */
#define SEGWARD_DOTTED_MAX	4096

/* Bytes whose places the prefilter collects before it looks closer. */
#define SEGWARD_SCRATCH_PLACES	512

/**
 * struct segward_scratch - memory of one processor for one packet at a time
 * @cpu: index of this processor's counters
 * @nr_places: used of @place
 * @place: offsets of payload at which an anchor may begin
 * @candidate: bitmap of rules to evaluate
 * @candidate_words: bitmap of the words of @candidate that are not zero
 * @seen: bitmap of the patterns of a matcher that occurred
 * @linear: a payload that crosses spans
 * @datagram: inner fragments, joined
 * @dotted: a buffer with a dot before it
 * @window: of a stream
 * @out: what a parser leaves
 * @room: for the transactions that it leaves it of
 * @dns: for datagrams
 * @ended: a flow that had ended when the packet came
 *
 * Used with bottom halves off, one packet at a time. Allocated zeroed, once,
 * at load; the three bitmaps are all zero again behind each packet.
 */
struct segward_scratch {
	u32 cpu;
	u32 nr_places;
	u16 place[SEGWARD_SCRATCH_PLACES];
	u64 candidate[SEGWARD_IMAGE_RULES_MAX / 64];
	u64 candidate_words[SEGWARD_IMAGE_RULES_MAX / 64 / 64];
	u64 seen[SEGWARD_IMAGE_RULES_MAX / 64];
	u8 linear[SEGWARD_PAYLOAD_MAX];
	u8 datagram[SEGWARD_DATAGRAM_MAX];
	u8 dotted[SEGWARD_DOTTED_MAX];
	u8 window[SEGWARD_STREAM_WINDOW];
	struct segward_app_out out;
	struct segward_transaction_room room;
	struct segward_dns_scratch dns;
	struct segward_flow_ended ended;
};

/**
 * struct segward_hit - a rule that matched, after overrides and suppressions
 * @ruleset: whose rule; borrowed from the profile
 * @rule: its index
 * @verdict: enum segward_verdict after overrides
 */
struct segward_hit {
	const struct segward_ruleset *ruleset;
	u32 rule;
	u8 verdict;
};

/**
 * struct segward_reputation_hit - an entry that passed its threshold
 * @entry: copy of the entry (see reputation.h)
 * @dst: it is the destination's, else the source's
 * @verdict: enum segward_verdict of its category
 */
struct segward_reputation_hit {
	struct segward_reputation_match entry;
	bool dst;
	u8 verdict;
};

#define SEGWARD_REPUTATION_HITS_MAX	8

/**
 * struct segward_result - what inspection found
 * @verdict: what to do: enum segward_verdict; in monitor mode pass or report
 * @would: what prevent mode does
 * @reason: enum segward_reason of @would, if that is drop or reject
 * @reject_to: which ends a reject tells: enum segward_direction (either: both)
 * @nr_hits: rules in @hit, strongest order of evaluation first
 * @hits_lost: matches beyond SEGWARD_HITS_MAX
 * @nr_reputation: entries in @reputation
 * @conditions: bit by enum segward_condition: exceptions that applied
 * @condition_reason: enum segward_reason of each of these
 * @exhausted: the work budget ran out
 * @joined: @packet is a datagram of several fragments, which this one completes
 * @fragment_full: a fragment could not be kept
 * @flow_begun: it is the first packet of a flow
 * @flow_full: there was no room for its flow
 * @clear_urgent: its urgent pointer has to be cleared before it is forwarded:
 *	rules have seen its urgent bytes in the stream
 * @bypassed: its stream is beyond what is inspected of it; no rule was asked
 * @work: work units spent
 * @zone: of its flow; NULL without one
 * @records: what the ends of its flow have said completely; to be taken out and
 *	freed, from the memory of @zone, before the next packet
 * @ended: a flow that is over, in whose place this one is; NULL if there is
 *	none. Its records likewise
 * @packet: the inner packet. If it is not @parsed, only family, encapsulation,
 *	addresses, protocol, TTL and length may be used, and those only if its
 *	family is not 0: they tell where a malformed packet came from
 * @parsed: @packet is filled in completely
 */
struct segward_result {
	u8 verdict;
	u8 would;
	u8 reason;
	u8 reject_to;
	u8 nr_hits;
	u8 nr_reputation;
	u16 conditions;
	u8 condition_reason[SEGWARD_CONDITION_MAX + 1];
	bool exhausted;
	bool joined;
	bool fragment_full;
	bool flow_begun;
	bool flow_full;
	bool clear_urgent;
	bool bypassed;
	bool parsed;
	u32 hits_lost;
	u32 work;
	struct segward_zone *zone;
	struct segward_transactions records;
	struct segward_flow_ended *ended;
	struct segward_packet packet;
	struct segward_hit hit[SEGWARD_HITS_MAX];
	struct segward_reputation_hit reputation[SEGWARD_REPUTATION_HITS_MAX];
};

/**
 * struct segward_inspect - what a packet is held against
 * @profile: the profile
 * @reputation: the namespace's table; NULL if there is none
 * @fragments: copies of inner fragments; NULL if there are none, then each is
 *	an exception and is matched for what it is
 * @context: where fragments belong together
 * @flows: the flows; NULL if there are none, then no packet has one
 * @zone: where in them
 * @now: nanoseconds in the table's clock
 * @scratch: of this processor
 */
struct segward_inspect {
	const struct segward_profile *profile;
	const struct segward_reputation *reputation;
	struct segward_fragments *fragments;
	struct segward_fragment_context context;
	struct segward_flows *flows;
	struct segward_zone *zone;
	u64 now;
	struct segward_scratch *scratch;
};

/**
 * segward_inspect() - judge one packet
 * @inspect: what to hold it against
 * @view: the packet; outer IPv6 header first
 * @srh: its outer chain
 * @result: filled in
 *
 * Order: outer fragment and unparsable packet by the profile's exceptions;
 * reputation of source and destination; of an inner fragment, whether it
 * completes its datagram; the flow; its stream and what the ends say in it, to
 * the rules of each ruleset; the packet by itself, each segment of a GSO packet,
 * to the same. The strongest verdict wins, the first of equals gives the reason.
 *
 * - A category whose verdict is pass exempts an address from what other
 *   categories say about it.
 * - What reputation drops, no rule can change: in prevent mode the rules are
 *   not asked (a blocklisted flood shall not cost a scan of its payload), in
 *   monitor mode they are, for their events.
 * - A new flow that there is no room for is an exception, flow-full. In prevent
 *   mode a packet that it drops is not scanned: it may be one of a flood.
 * - A pass rule that matches ends the rules of the segment and takes back what
 *   other rules said about it, whatever their ruleset. One that matches in a
 *   stream or a transaction does so for the packet.
 * - A segment that does not fit to its connection, or cannot be kept though it
 *   came early, is an exception. In prevent mode, unless the profile lets one of
 *   these pass, it is as if it never came.
 * - A TCP segment that is dropped after its bytes were read refuses its flow:
 *   all that follows is dropped. So does a datagram whose protocol's buffers
 *   matched.
 * - Each rule is a hit once, in however many segments it matches.
 * - Rules see a datagram once all of its fragments are there, and the verdict
 *   is that of the fragment which completes it; the others go on. A fragment
 *   that spoils its datagram or cannot be kept is an exception of the profile,
 *   inner-fragment, and its bytes are matched for what they are.
 *
 * Context: bottom halves off, under RCU; never sleeps, never allocates.
 */
void segward_inspect(const struct segward_inspect *inspect,
		     const struct segward_view *view,
		     const struct segward_srh *srh,
		     struct segward_result *result);

/**
 * segward_inspect_ip() - the same for a packet without an outer header
 * @inspect: what to hold it against
 * @view: the packet
 * @off: offset of its IP header
 * @result: filled in
 */
void segward_inspect_ip(const struct segward_inspect *inspect,
			const struct segward_view *view, u32 off,
			struct segward_result *result);

/**
 * struct segward_result_event - one event that a result asks for
 * @type: enum segward_event_type: alert, reputation, anomaly or drop
 * @index: into the result's hits or reputation entries; of an anomaly its enum
 *	segward_condition
 * @reason: enum segward_reason to report: for an anomaly its own, else the
 *	result's
 */
struct segward_result_event {
	u8 type;
	u8 index;
	u8 reason;
};

/**
 * segward_result_quiet() - is there nothing to tell of it?
 * @result: what inspection found
 *
 * Return: whether segward_result_event() has no event of @result, no rule
 * matched that is only counted, and prevent mode would not drop for a reason
 * that none of these tell (a packet that could not be read).
 */
static inline bool segward_result_quiet(const struct segward_result *result)
{
	return !(result->conditions | result->nr_reputation |
		 result->nr_hits | result->hits_lost | result->reason);
}

/**
 * segward_result_event() - the events of a result, one by one
 * @result: of an inspection
 * @n: which one, from 0
 * @event: filled in
 *
 * Anomalies come first, then reputation, then alerts in the order of their
 * evaluation. Verdict and reason are the packet's, so no event of the drop is
 * needed beside them: among the events of a packet that is dropped (or would
 * be) is always the one that says why. What comes of a refused flow has a drop
 * for itself, as the verdict's reason was told with another packet. A condition whose exception is
 * pass-packet makes no event. The module and replay both tell exactly these.
 *
 * Return: false behind the last one.
 */
bool segward_result_event(const struct segward_result *result, u32 n,
			  struct segward_result_event *event);

/**
 * segward_reason_event() - the event of a reason that stands alone
 * @reason: enum segward_reason
 *
 * For what an endpoint refuses, before inspection or after it.
 *
 * Return: enum segward_event_type: anomaly for what the packet itself is to
 * blame for, else drop.
 */
u8 segward_reason_event(u8 reason);

#endif /* SEGWARD_ENGINE_INSPECT_H */
