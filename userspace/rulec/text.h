/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From bytes of a file to rules: lines, comments, continuation.
 */
#ifndef SEGWARD_RULEC_TEXT_H
#define SEGWARD_RULEC_TEXT_H

#include "compiler.h"

/** rulec_text_begin() - a new file, whose number is @file */
void rulec_text_begin(struct segward_rulec *rulec, u32 file);

/**
 * rulec_text_add() - more bytes of it
 * @rulec: the compiler
 * @data: bytes; lines may be cut anywhere
 * @len: how many
 *
 * Return: 0 or an error of rulec_fail().
 */
int rulec_text_add(struct segward_rulec *rulec, const char *data, size_t len);

/** rulec_text_end() - that was all; returns as rulec_text_add() */
int rulec_text_end(struct segward_rulec *rulec);

#endif /* SEGWARD_RULEC_TEXT_H */
