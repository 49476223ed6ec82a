/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Replay: a capture through the same engine as in the kernel, without one.
 *
 * What replay sees as the kernel would:
 *
 *  - An IPv6 packet with an SRH, or one that carries IPv6 or IPv4, is a packet
 *    for a SID: the inner packet is inspected. Any other packet is inspected
 *    itself. With `sid PREFIX` only packets to that prefix are looked at, and
 *    those whose segments are all used up are for the node, as in the kernel.
 *  - A capture holds what a network card saw. If it was taken on the sending
 *    machine, checksums may be unfinished: with `checksums auto`, the default,
 *    none of a file is verified if more than a quarter of its first thousand
 *    packets would fail for nothing else.
 *  - Frames that were cut short by the capture (snaplen) cannot be judged;
 *    they are counted and left out.
 *  - Timeouts of reputation lists count from the start and never end.
 *  - Rules that the compiler refuses are left out and counted; `segward
 *    ruleset check` says which.
 */
#ifndef SEGWARD_REPLAY_H
#define SEGWARD_REPLAY_H

#include <stdbool.h>
#include <stdio.h>

/**
 * struct segward_replay_options - what stands in front of the object
 * @out: events go there, one JSON object a line
 * @err: sentences and the summary
 * @json: -j: the summary is the last line of @out, of event_type "stats"
 */
struct segward_replay_options {
	FILE *out;
	FILE *err;
	bool json;
};

/* The words behind "replay", in the notation of the CLI's help. */
extern const char segward_replay_grammar[];

/**
 * segward_replay_main() - segward replay
 * @argc: words behind "replay"
 * @argv: the words
 * @options: where to write
 *
 * Return: exit status: 0, or 1 if the command line or a file is wrong.
 */
int segward_replay_main(int argc, char **argv,
			const struct segward_replay_options *options);

#endif /* SEGWARD_REPLAY_H */
