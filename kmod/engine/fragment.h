/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inner fragments: copies of what has passed, so that the fragment which
 * completes a datagram can be held back if the datagram as a whole is bad.
 *
 * Nothing waits here. A fragment is forwarded when it comes, and its bytes are
 * kept; the receiver cannot deliver them before the last gap is closed. The
 * fragment that closes it is judged together with all the others. For this to
 * hold, what is kept must not be lost before the receiver gives up, and it
 * must be what the receiver has:
 *
 *  - Nothing is evicted. Without room for a fragment it is refused, as is one
 *    piece too many; memory comes back when datagrams are complete or old.
 *  - Datagrams are kept for longer than any receiver waits.
 *  - Any two fragments that overlap spoil their datagram (RFC 5722, and for
 *    IPv4 too, where receivers differ in which bytes win). An exact repetition
 *    is a retransmission and changes nothing.
 *  - A datagram that was refused is spoilt too: whatever comes of it again is
 *    refused, without being looked at again.
 */
#ifndef SEGWARD_ENGINE_FRAGMENT_H
#define SEGWARD_ENGINE_FRAGMENT_H

#include "packet.h"
#include "port.h"
#include "view.h"

/*
 * Pieces of one datagram: 65,535 bytes over a path of the smallest IPv6 MTU,
 * 1,280 bytes, in a tunnel of some headers, are 56.
 */
#define SEGWARD_FRAGMENT_PIECES	64

/* What all datagrams of a namespace may take; four times Linux's own limit. */
#define SEGWARD_FRAGMENT_MEMORY	(16u << 20)

/*
 * How long a datagram is kept, in seconds. Receivers of IPv6 wait for 60
 * seconds (RFC 8200, 4.5), of IPv4 for up to 120 (RFC 1122, 3.3.2), from the
 * first fragment that they see; five more are for its way to them.
 */
#define SEGWARD_FRAGMENT_IPV4_SECONDS	125
#define SEGWARD_FRAGMENT_IPV6_SECONDS	65

/* A datagram as one packet: an IPv6 header without extensions, and its data. */
#define SEGWARD_DATAGRAM_MAX	(40 + 65535)

/**
 * struct segward_fragment_context - where fragments belong together
 * @sid: prefix of the SID that they came for
 * @domain: its L3 domain
 *
 * Two SIDs never see each other's fragments: on one packet's way there may be
 * several, of which each has to see it whole.
 */
struct segward_fragment_context {
	u8 sid[16];
	u32 domain;
};

/**
 * enum segward_fragment_state - what became of a fragment
 * @SEGWARD_FRAGMENT_KEPT: more have to come; this one may go on
 * @SEGWARD_FRAGMENT_COMPLETE: it is the last one missing; the datagram is
 *	handed out to be judged
 * @SEGWARD_FRAGMENT_SPOILT: it overlaps another, contradicts the datagram's
 *	length, or has a length that no fragment may have; or an earlier one
 *	did; or the datagram was refused
 * @SEGWARD_FRAGMENT_FULL: no room for it, in its datagram or at all
 */
enum segward_fragment_state {
	SEGWARD_FRAGMENT_KEPT,
	SEGWARD_FRAGMENT_COMPLETE,
	SEGWARD_FRAGMENT_SPOILT,
	SEGWARD_FRAGMENT_FULL,
};

struct segward_fragments;

/**
 * segward_fragments_create() - make an empty store
 * @key: 128 random bits: nobody shall choose datagrams that collide
 *
 * Context: may sleep. Return: the store, or NULL without memory.
 */
struct segward_fragments *segward_fragments_create(const u64 key[2]);

/** segward_fragments_destroy() - free it and all in it; nobody may use it */
void segward_fragments_destroy(struct segward_fragments *fragments);

/**
 * segward_fragments_add() - a fragment has come
 * @fragments: the store
 * @context: whose it is
 * @view: the packet it is in
 * @packet: the fragment, parsed
 * @now: nanoseconds; must not go back by more than moments
 * @datagram: SEGWARD_DATAGRAM_MAX bytes; of a complete datagram gets an IP
 *	header without options or extensions, and the data
 * @len: gets its bytes
 *
 * Context: bottom halves off; never sleeps, allocates what it keeps. Time: a
 * walk along at most SEGWARD_FRAGMENT_PIECES pieces and some old datagrams.
 *
 * Return: enum segward_fragment_state.
 */
u8 segward_fragments_add(struct segward_fragments *fragments,
			 const struct segward_fragment_context *context,
			 const struct segward_view *view,
			 const struct segward_packet *packet, u64 now,
			 u8 *datagram, u32 *len);

/**
 * segward_fragments_done() - a complete datagram was judged
 * @fragments: the store
 * @context: as it was added
 * @packet: the fragment that completed it
 * @passed: it was let through
 *
 * Once for each time that segward_fragments_add() said that it is complete,
 * which several processors may hear at once. Frees its bytes when the last has
 * let it through, and forgets it; of one that was refused is remembered that it
 * was.
 */
void segward_fragments_done(struct segward_fragments *fragments,
			    const struct segward_fragment_context *context,
			    const struct segward_packet *packet, bool passed);

/** segward_fragments_memory() - bytes that the store takes now */
u32 segward_fragments_memory(const struct segward_fragments *fragments);

#endif /* SEGWARD_ENGINE_FRAGMENT_H */
