/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A dialog: what the two ends of a flow say to each other, as far as it is
 * understood. Made with the first byte that one of them says.
 */
#ifndef SEGWARD_ENGINE_DIALOG_H
#define SEGWARD_ENGINE_DIALOG_H

#include "app/conversation.h"
#include "app/transaction.h"
#include "budget.h"

/**
 * struct segward_dialog - a dialog
 * @conversation: its protocol
 * @transactions: what is known and not told so far
 * @serial: by direction, of the profile whose rules saw it last: each has its
 *	own, as they may pass different SIDs
 */
struct segward_dialog {
	struct segward_conversation *conversation;
	struct segward_transactions transactions;
	u32 serial[2];
};

/**
 * segward_dialog_create() - the first bytes of a flow have come
 * @budget: pays for it and for what it keeps
 *
 * Context: bottom halves off. Return: NULL without memory.
 */
struct segward_dialog *segward_dialog_create(struct segward_budget *budget);

/**
 * segward_dialog_destroy() - forget it, and what was not told
 * @dialog: NULL is allowed
 * @budget: that paid
 */
void segward_dialog_destroy(struct segward_dialog *dialog,
			    struct segward_budget *budget);

#endif /* SEGWARD_ENGINE_DIALOG_H */
