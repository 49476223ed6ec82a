// SPDX-License-Identifier: GPL-2.0
/*
 * Writing the image: all sections, in order, in one block.
 */
#include "../../kmod/engine/rule.h"
#include "compiler.h"
#include "mpm.h"

struct section {
	const void *data;
	u32 count;
	u32 size;	/* of a record */
};

struct writer {
	struct segward_rulec *rulec;
	u32 *order;		/* live rules, in order of evaluation */
	u32 nr_rules;
	struct segward_image_rule *rules;
	struct segward_image_op *ops;
	u32 nr_ops;
	u32 *references;
	u32 nr_references;
	u32 *origins;
	u32 classification;
	struct segward_image_variable *variables;
	u32 nr_variables;
	struct segward_image_set *sets;
	u32 nr_sets;
	struct segward_image_element *elements;
	u32 nr_elements;
	struct rulec_groups groups;
	struct mpm_sections mpm;
};

static void free_writer(struct writer *w)
{
	free(w->order);
	free(w->rules);
	free(w->ops);
	free(w->references);
	free(w->origins);
	free(w->variables);
	free(w->sets);
	free(w->elements);
	free(w->groups.v);
	mpm_free(&w->mpm);
}

static u32 action_order(u32 action)
{
	switch (action) {
	case SEGWARD_RULE_ACTION_PASS:
		return 0;
	case SEGWARD_RULE_ACTION_DROP:
		return 1;
	case SEGWARD_RULE_ACTION_ALERT:
		return 3;
	default:
		return 2;	/* the rejects */
	}
}

static int compare_u32(u32 a, u32 b)
{
	return a < b ? -1 : a > b;
}

static int compare_rules(const void *a, const void *b)
{
	const struct rulec_rule *x = *(const struct rulec_rule * const *)a;
	const struct rulec_rule *y = *(const struct rulec_rule * const *)b;
	int order;

	order = compare_u32(action_order(x->image.action),
			    action_order(y->image.action));
	if (!order)
		order = compare_u32(x->image.priority, y->image.priority);
	if (!order)
		order = compare_u32(x->image.signature_id,
				    y->image.signature_id);
	return order ? order : compare_u32(x->image.gid, y->image.gid);
}

static int order_rules(struct writer *w)
{
	const struct segward_rulec *rulec = w->rulec;
	const struct rulec_rule **live;
	u32 i;

	live = calloc(rulec->nr_rules + 1, sizeof(*live));
	w->order = calloc(rulec->nr_rules + 1, sizeof(*w->order));
	if (!live || !w->order) {
		free(live);
		return rulec_no_memory(w->rulec);
	}
	for (i = 0; i < rulec->nr_rules; i++) {
		if (!rulec->rule[i].dead)
			live[w->nr_rules++] = &rulec->rule[i];
	}
	qsort(live, w->nr_rules, sizeof(*live), compare_rules);
	for (i = 0; i < w->nr_rules; i++)
		w->order[i] = (u32)(live[i] - rulec->rule);
	free(live);
	if (w->nr_rules > SEGWARD_IMAGE_RULES_MAX)
		return rulec_fail(w->rulec, -E2BIG,
				  "%u rules are more than the %u that a ruleset can have",
				  w->nr_rules, SEGWARD_IMAGE_RULES_MAX);
	return 0;
}

static void use_set(struct segward_rulec *rulec, u32 number)
{
	struct rulec_set *set = &rulec->set[number];
	u32 i;

	if (set->used)
		return;
	set->used = true;
	for (i = 0; i < set->positive + set->negative; i++) {
		const struct segward_image_element *element = &set->element[i];

		if (element->type == SEGWARD_IMAGE_ELEMENT_SET)
			use_set(rulec, element->ref);
		if (element->type != SEGWARD_IMAGE_ELEMENT_VARIABLE)
			continue;
		rulec->variable[element->ref].used = true;
		use_set(rulec, rulec->variable[element->ref].set);
	}
}

/* What no rule refers to stays out, and the rest is numbered anew. */
static void number_sets(struct writer *w)
{
	struct segward_rulec *rulec = w->rulec;
	u32 i;

	rulec->set[0].used = true;
	for (i = 0; i < w->nr_rules; i++) {
		const struct segward_image_rule *image =
			&rulec->rule[w->order[i]].image;

		use_set(rulec, image->src);
		use_set(rulec, image->dst);
		use_set(rulec, image->sport);
		use_set(rulec, image->dport);
	}
	for (i = 0; i < rulec->nr_sets; i++) {
		if (!rulec->set[i].used)
			continue;
		rulec->set[i].index = w->nr_sets++;
		w->nr_elements += rulec->set[i].positive +
				  rulec->set[i].negative;
	}
	for (i = 0; i < rulec->nr_variables; i++) {
		if (rulec->variable[i].used)
			rulec->variable[i].index = w->nr_variables++;
	}
}

static void write_element(const struct segward_rulec *rulec,
			  const struct segward_image_element *from,
			  struct segward_image_element *to)
{
	*to = *from;
	if (from->type == SEGWARD_IMAGE_ELEMENT_SET)
		to->ref = rulec->set[from->ref].index;
	else if (from->type == SEGWARD_IMAGE_ELEMENT_VARIABLE)
		to->ref = rulec->variable[from->ref].index;
}

static void fill_sets(struct writer *w)
{
	const struct segward_rulec *rulec = w->rulec;
	u32 i, k, next = 0;

	for (i = 0; i < rulec->nr_sets; i++) {
		const struct rulec_set *set = &rulec->set[i];

		if (!set->used)
			continue;
		w->sets[set->index] = (struct segward_image_set){
			.kind		= set->kind,
			.first		= next,
			.positive	= set->positive,
			.negative	= set->negative,
		};
		for (k = 0; k < set->positive + set->negative; k++)
			write_element(rulec, &set->element[k],
				      &w->elements[next++]);
	}
}

static int fill_variables(struct writer *w)
{
	struct segward_rulec *rulec = w->rulec;
	int err = 0;
	u32 i;

	for (i = 0; i < rulec->nr_variables && !err; i++) {
		const struct rulec_variable *variable = &rulec->variable[i];
		struct segward_image_variable *to;

		if (!variable->used)
			continue;
		to = &w->variables[variable->index];
		to->kind = variable->kind;
		to->set = rulec->set[variable->set].index;
		err = rulec_string(rulec, variable->name,
				   strlen(variable->name), &to->name);
	}
	return err;
}

static int write_sets(struct writer *w)
{
	number_sets(w);
	w->sets = calloc(w->nr_sets + 1, sizeof(*w->sets));
	w->elements = calloc(w->nr_elements + 1, sizeof(*w->elements));
	w->variables = calloc(w->nr_variables + 1, sizeof(*w->variables));
	if (!w->sets || !w->elements || !w->variables)
		return rulec_no_memory(w->rulec);
	fill_sets(w);
	return fill_variables(w);
}

static void write_rule(struct writer *w, const struct rulec_rule *rule,
		       struct segward_image_rule *to)
{
	const struct segward_rulec *rulec = w->rulec;

	*to = rule->image;
	to->src = rulec->set[to->src].index;
	to->dst = rulec->set[to->dst].index;
	to->sport = rulec->set[to->sport].index;
	to->dport = rulec->set[to->dport].index;
	if (to->nr_ops)
		memcpy(w->ops + w->nr_ops, rulec->op + to->first_op,
		       to->nr_ops * sizeof(*w->ops));
	to->first_op = w->nr_ops;
	w->nr_ops += to->nr_ops;
	if (to->nr_references)
		memcpy(w->references + w->nr_references,
		       rulec->reference + to->first_reference,
		       to->nr_references * sizeof(*w->references));
	to->first_reference = w->nr_references;
	w->nr_references += to->nr_references;
}

static int write_rules(struct writer *w)
{
	const struct segward_rulec *rulec = w->rulec;
	u32 i;

	w->rules = calloc(w->nr_rules + 1, sizeof(*w->rules));
	w->ops = calloc(rulec->nr_ops + 1, sizeof(*w->ops));
	w->references = calloc(rulec->nr_references + 1,
			       sizeof(*w->references));
	if (!w->rules || !w->ops || !w->references)
		return rulec_no_memory(w->rulec);
	for (i = 0; i < w->nr_rules; i++)
		write_rule(w, &rulec->rule[w->order[i]], &w->rules[i]);
	return 0;
}

static int write_origins(struct writer *w)
{
	struct segward_rulec *rulec = w->rulec;
	const char *path = rulec->options.classification;
	int err = 0;
	u32 i;

	w->origins = calloc(rulec->nr_files + 1, sizeof(*w->origins));
	if (!w->origins)
		return rulec_no_memory(rulec);
	for (i = 0; i < rulec->nr_files && !err; i++)
		err = rulec_string(rulec, rulec->file[i],
				   strlen(rulec->file[i]), &w->origins[i]);
	if (!err && path)
		err = rulec_string(rulec, path, strlen(path),
				   &w->classification);
	return err;
}

static void list_sections(const struct writer *w, struct section *section)
{
	const struct segward_rulec *rulec = w->rulec;
	const struct section sections[SEGWARD_IMAGE_SECTIONS] = {
		[SEGWARD_IMAGE_STRINGS] = {
			rulec->strings.data, rulec->strings.len, 1 },
		[SEGWARD_IMAGE_BYTES] = {
			rulec->bytes.data, rulec->bytes.len, 1 },
		[SEGWARD_IMAGE_ORIGINS] = {
			w->origins, rulec->nr_files, sizeof(*w->origins) },
		[SEGWARD_IMAGE_VARIABLES] = {
			w->variables, w->nr_variables, sizeof(*w->variables) },
		[SEGWARD_IMAGE_SETS] = {
			w->sets, w->nr_sets, sizeof(*w->sets) },
		[SEGWARD_IMAGE_ELEMENTS] = {
			w->elements, w->nr_elements, sizeof(*w->elements) },
		[SEGWARD_IMAGE_CLASSES] = {
			rulec->class, rulec->nr_classes,
			sizeof(*rulec->class) },
		[SEGWARD_IMAGE_RULES] = {
			w->rules, w->nr_rules, sizeof(*w->rules) },
		[SEGWARD_IMAGE_REFERENCES] = {
			w->references, w->nr_references,
			sizeof(*w->references) },
		[SEGWARD_IMAGE_OPS] = { w->ops, w->nr_ops, sizeof(*w->ops) },
		[SEGWARD_IMAGE_GROUPS] = {
			w->groups.v, w->groups.nr, sizeof(*w->groups.v) },
		[SEGWARD_IMAGE_PATTERNS] = {
			w->mpm.patterns, w->mpm.nr_patterns,
			sizeof(*w->mpm.patterns) },
		[SEGWARD_IMAGE_LINKS] = {
			w->mpm.links, w->mpm.nr_links, sizeof(*w->mpm.links) },
		[SEGWARD_IMAGE_MPMS] = {
			w->mpm.mpms, w->mpm.nr_mpms, sizeof(*w->mpm.mpms) },
		[SEGWARD_IMAGE_WORDS] = {
			w->mpm.words, w->mpm.nr_words, sizeof(*w->mpm.words) },
		[SEGWARD_IMAGE_SLOTS] = {
			w->mpm.slots, w->mpm.nr_slots, sizeof(*w->mpm.slots) },
	};

	memcpy(section, sections, sizeof(sections));
}

static u64 align(u64 size)
{
	return (size + 7) & ~7ULL;
}

/*
 * SipHash-1-3 with a fixed key over the image behind the digest, whose bytes
 * are a multiple of 8: no two rulesets that differ by accident have the same.
 */
static u64 digest(const void *image, u32 size)
{
	const hsiphash_key_t key = {};
	u32 at = offsetof(struct segward_image_header, rejected);
	u64 v[4], word;

	segward_sipinit(v, &key);
	for (; at < size; at += sizeof(word)) {
		memcpy(&word, (const u8 *)image + at, sizeof(word));
		segward_sipblock(v, word);
	}
	segward_sipblock(v, (u64)size << 32);
	v[2] ^= 0xff;
	segward_sipround(v);
	segward_sipround(v);
	segward_sipround(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void fill_image(const struct writer *w, const struct section *section,
		       struct segward_image_header *header, u32 size)
{
	u32 offset = (u32)align(sizeof(*header));
	u32 i;

	header->magic = SEGWARD_IMAGE_MAGIC;
	header->format = SEGWARD_IMAGE_FORMAT;
	header->size = size;
	header->flags = w->rulec->options.skip_bad ?
			SEGWARD_IMAGE_F_SKIP_BAD : 0;
	header->rejected = w->rulec->report.nr_rejected;
	header->classification = w->classification;
	for (i = 0; i < SEGWARD_IMAGE_SECTIONS; i++) {
		u32 bytes = section[i].count * section[i].size;

		header->section[i].offset = offset;
		header->section[i].count = section[i].count;
		if (bytes)
			memcpy((u8 *)header + offset, section[i].data, bytes);
		offset += (u32)align(bytes);
	}
	header->image_id = digest(header, size);
}

/* The kernel will ask the same; a refusal here is a bug of the compiler. */
static int verify(struct segward_rulec *rulec, const void *data, u32 size)
{
	struct segward_image_error error = {};

	if (!segward_image_verify(data, size, &error))
		return 0;
	return rulec_fail(rulec, -ENOTRECOVERABLE,
			  "internal error: the image was refused: %s, record %u",
			  error.what ? error.what : "no reason given",
			  error.index);
}

static int make_block(const struct writer *w, struct segward_rulec_image *image)
{
	struct section section[SEGWARD_IMAGE_SECTIONS];
	u64 size = align(sizeof(struct segward_image_header));
	void *data;
	int err;
	u32 i;

	list_sections(w, section);
	for (i = 0; i < SEGWARD_IMAGE_SECTIONS; i++)
		size += align((u64)section[i].count * section[i].size);
	if (size > SEGWARD_IMAGE_SIZE_MAX)
		return rulec_fail(w->rulec, -E2BIG,
				  "the ruleset takes %llu bytes, more than %u",
				  (unsigned long long)size,
				  SEGWARD_IMAGE_SIZE_MAX);
	data = segward_zalloc(size);
	if (!data)
		return rulec_no_memory(w->rulec);
	fill_image(w, section, data, (u32)size);
	err = verify(w->rulec, data, (u32)size);
	if (err) {
		segward_free(data);
		return err;
	}
	image->data = data;
	image->size = (u32)size;
	image->nr_rules = w->nr_rules;
	image->image_id = ((struct segward_image_header *)data)->image_id;
	return 0;
}

int rulec_image_write(struct segward_rulec *rulec,
		      struct segward_rulec_image *image)
{
	struct writer w = { .rulec = rulec };
	int err;

	err = order_rules(&w);
	if (!err)
		err = write_sets(&w);
	if (!err)
		err = write_rules(&w);
	if (!err)
		err = write_origins(&w);
	if (!err)
		err = rulec_groups_make(rulec, w.order, w.nr_rules, &w.groups,
					&w.mpm);
	if (!err)
		err = make_block(&w, image);
	free_writer(&w);
	return err;
}
