/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The spec's words for the numbers of linux/segward.h, so that an error can
 * name the attribute that the kernel refused and an enum prints as its word.
 */
#ifndef SEGWARD_CLI_NAMES_H
#define SEGWARD_CLI_NAMES_H

struct segward_attr_set {
	const char *name;
	const char * const *attr;	/* by attribute number */
	unsigned int nr;
};

struct segward_attr_nest {
	const char *set;
	unsigned int attr;
	const char *nested;
};

extern const struct segward_attr_set segward_attr_sets[];
extern const struct segward_attr_nest segward_attr_nests[];
extern const char * const segward_cmd_attr_set[];

#define SEGWARD_NAMES(word) \
	extern const char * const segward_##word##_names[]; \
	extern const unsigned int segward_##word##_names_len

SEGWARD_NAMES(action);
SEGWARD_NAMES(flavor);
SEGWARD_NAMES(mode);
SEGWARD_NAMES(verdict);
SEGWARD_NAMES(rule_action);
SEGWARD_NAMES(reason);
SEGWARD_NAMES(condition);
SEGWARD_NAMES(exception);
SEGWARD_NAMES(override_kind);
SEGWARD_NAMES(direction);
SEGWARD_NAMES(flow_state);
SEGWARD_NAMES(app_proto);
SEGWARD_NAMES(flow_direction);
SEGWARD_NAMES(flow_end);
SEGWARD_NAMES(event_type);
SEGWARD_NAMES(step);
SEGWARD_NAMES(family);
SEGWARD_NAMES(encapsulation);

#endif /* SEGWARD_CLI_NAMES_H */
