/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SIDs: what a command line, the kernel and a saved file say about them.
 */
#ifndef SEGWARD_CLI_SID_H
#define SEGWARD_CLI_SID_H

#include "args.h"
#include "nl.h"
#include "route.h"

/* The kernel's limits too. */
#define SID_ALLOW_MAX	64
#define SID_RETURN_MAX	16

/**
 * struct drops - packets by reason
 * @packets: indexed by enum segward_reason
 */
struct drops {
	u64 packets[SEGWARD_REASON_MAX + 1];
};

/**
 * struct sid - a SID
 * @prefix: what it owns
 * @action: enum segward_action; 0 is not given
 * @zone: its zone
 * @vrf: ifindex of its L3 domain, 0 for the default one
 * @iif: ifindex of the only ingress, 0 for any
 * @oif: ifindex of the output of End.X and End.DX*, 0 for any
 * @table: table of End.T and End.DT*, 0 for none
 * @vrftable: of End.DT*, that of a VRF, 0 for none
 * @flavors: bits 1 << enum segward_flavor
 * @lblen: bits of the locator block with flavor next-csid
 * @nflen: bits of a C-SID
 * @hmac: ID of the key whose HMAC is required, 0 for none
 * @argument_offset: where the bits of @arguments begin, see sid_argument.c
 * @argument_len: how many they are, 0 is not given
 * @arguments: its values and their profiles, interned; NULL for none
 * @return_table: table by which resets go back to sources, 0 for none
 * @return_vrf: VRF by which they do
 * @nr_return: entries of @return_segments
 * @return_segments: segments by which they do
 * @route_table: table of its route
 * @route_metric: metric of its route
 * @noroute: it has none
 * @has_nh6: @nh6 is given
 * @nh6: next hop of End.X and End.DX6
 * @has_nh4: @nh4 is given
 * @nh4: next hop of End.DX4
 * @profile: name, or empty
 * @nr_allow: entries of @allow
 * @allow: outer sources that may come in; any if there is none
 * @packets: counters from here on, as in the specification
 */
struct sid {
	struct prefix prefix;
	u32 action;
	u32 zone;
	u32 vrf;
	u32 iif;
	u32 oif;
	u32 table;
	u32 vrftable;
	u32 flavors;
	u32 lblen;
	u32 nflen;
	u32 hmac;
	u32 argument_offset;
	u32 argument_len;
	const char *arguments;
	u32 return_table;
	u32 return_vrf;
	unsigned int nr_return;
	u8 return_segments[SID_RETURN_MAX][16];
	u32 route_table;
	u32 route_metric;
	bool noroute;
	bool has_nh6;
	u8 nh6[16];
	bool has_nh4;
	u8 nh4[4];
	name_t profile;
	unsigned int nr_allow;
	struct prefix allow[SID_ALLOW_MAX];
	u64 packets;
	u64 bytes;
	u64 errors;
	u64 forwarded;
	u64 upper;
	u32 upper_streak;
	struct drops drops;
};

/**
 * struct sids - a list of SIDs
 * @v: by VRF, then prefix
 * @nr: how many
 */
struct sids {
	struct sid *v;
	unsigned int nr;
};

extern const struct object object_sid;

int sid_parse(struct args *args, struct sid *sid);
int sid_commit(const struct sid *sid, const struct sid *old);
int sid_remove(const struct sid *sid);
bool sid_routed(const struct sid *sid, const struct routes *routes);
bool sid_equal(const struct sid *a, const struct sid *b);
int sid_compare(const void *a, const void *b);
void sid_print_fields(const struct sid *sid);
void sid_print(const struct sid *sid);
void sids_save(const struct sids *sids);

void sid_read(const struct nlmsghdr *nlh, struct sid *sid);
int sid_get_one(const struct sid *key, struct sid *sid,
		struct nl_error *error);
int sids_get(struct sids *sids, struct nl_error *error);
void sids_free(struct sids *sids);
const struct sid *sids_find(const struct sids *sids, const struct sid *key);

void drops_read(const struct nlmsghdr *nlh, u16 type, struct drops *drops);
void drops_print(const char *key, const char *label,
		 const struct drops *drops);
u64 drops_sum(const struct drops *drops);

#endif /* SEGWARD_CLI_SID_H */
