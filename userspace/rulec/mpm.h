/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Builder of the multi-pattern matchers of an image: sections MPMS, PATTERNS,
 * WORDS, SLOTS and LINKS (see <linux/segward_image.h>).
 *
 *	struct mpm_sections sections = {};
 *
 *	for each group:
 *		mpm_add(&sections, wishes, nr_wishes, &group->mpm, &bad);
 *		mpm_add_links(&sections, always, nr_always, &group->first_link);
 *	copy sections.* into the image;
 *	mpm_free(&sections);
 */
#ifndef SEGWARD_RULEC_MPM_H
#define SEGWARD_RULEC_MPM_H

#include <linux/types.h>
#include <linux/segward_image.h>

/* Shortest content that a matcher can look for. */
#define MPM_PATTERN_MIN		2

/**
 * struct mpm_wish - a rule wants to be evaluated when these bytes occur
 * @bytes: lower-case (ASCII), borrowed during mpm_add()
 * @offset: where the same bytes lie in section BYTES
 * @len: MPM_PATTERN_MIN to SEGWARD_IMAGE_PATTERN_MAX
 * @rule: index into RULES
 */
struct mpm_wish {
	const __u8 *bytes;
	__u32 offset;
	__u32 len;
	__u32 rule;
};

/**
 * struct mpm_sections - contents of the sections, as they grow
 *
 * Start with all zero. Record counts, not bytes; @room is private.
 */
struct mpm_sections {
	struct segward_image_mpm *mpms;
	struct segward_image_pattern *patterns;
	struct segward_image_slot *slots;
	__u32 *words;
	__u32 *links;
	__u32 nr_mpms;
	__u32 nr_patterns;
	__u32 nr_slots;
	__u32 nr_words;
	__u32 nr_links;
	__u32 room[5];
};

/**
 * mpm_add() - append a matcher
 * @sections: where to
 * @wish: one for each rule (a rule may have several; equal bytes of several
 *	rules become one pattern); any order; not changed
 * @nr: how many, at least 1
 * @mpm: its index in MPMS, for segward_image_group
 * @bad: with -E2BIG and -EINVAL, the wish that could not be granted
 *
 * Return: 0; -EINVAL if a wish is too short, too long or not lower-case;
 * -E2BIG if more than SEGWARD_IMAGE_BUCKET_MAX patterns have the same anchors
 * (then evaluate the rule of @bad always, take the wish out and try again), or
 * if a section outgrew SEGWARD_IMAGE_SIZE_MAX (*@bad is @nr); -ENOMEM. The
 * sections are unchanged on error.
 */
int mpm_add(struct mpm_sections *sections, const struct mpm_wish *wish,
	    __u32 nr, __u32 *mpm, __u32 *bad);

/**
 * mpm_add_links() - append a list of rules to LINKS
 * @sections: where to
 * @rule: the list; a group's rules without a pattern
 * @nr: how many; 0 is allowed
 * @first_link: index of the first
 *
 * Return: 0, -E2BIG or -ENOMEM.
 */
int mpm_add_links(struct mpm_sections *sections, const __u32 *rule, __u32 nr,
		  __u32 *first_link);

/** mpm_free() - release what the sections hold, and make them empty */
void mpm_free(struct mpm_sections *sections);

/**
 * mpm_cost() - how good is a content as a prefilter's pattern?
 * @bytes: lower-case
 * @len: its bytes
 *
 * Return: the logarithm of how often its anchors are expected in traffic, in
 * eighths of a bit, from 0 (never) to 256; smaller is better. Contents shorter
 * than MPM_PATTERN_MIN cost 1000. Of two contents that cost the same the
 * longer one is the better choice.
 */
unsigned int mpm_cost(const __u8 *bytes, __u32 len);

#endif /* SEGWARD_RULEC_MPM_H */
