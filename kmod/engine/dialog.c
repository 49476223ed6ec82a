// SPDX-License-Identifier: GPL-2.0
/*
 * Dialogs; see dialog.h.
 */
#include "dialog.h"

struct segward_dialog *segward_dialog_create(struct segward_budget *budget)
{
	struct segward_dialog *dialog;

	dialog = segward_budget_alloc(budget, sizeof(*dialog));
	if (!dialog)
		return NULL;
	memset(dialog, 0, sizeof(*dialog));
	dialog->conversation = segward_conversation_create(budget);
	if (dialog->conversation)
		return dialog;
	segward_budget_free(budget, dialog, sizeof(*dialog));
	return NULL;
}

void segward_dialog_destroy(struct segward_dialog *dialog,
			    struct segward_budget *budget)
{
	if (!dialog)
		return;
	segward_conversation_destroy(dialog->conversation, budget);
	segward_transactions_free(&dialog->transactions, budget);
	segward_budget_free(budget, dialog, sizeof(*dialog));
}
