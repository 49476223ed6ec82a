/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Captures: pcap and pcapng files, a packet at a time from its IP header on.
 */
#ifndef SEGWARD_REPLAY_CAPTURE_H
#define SEGWARD_REPLAY_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

struct capture;

/* Room for a sentence about a file. */
#define CAPTURE_SENTENCE	512

/**
 * struct captured - a packet
 * @data: its IP header, NULL if it has none; valid until the next one is read
 * @len: bytes from there on, a link's padding included
 * @truncated: the capture holds less of it than there was
 * @time: nanoseconds since the epoch
 * @number: in its file, from 1
 */
struct captured {
	const uint8_t *data;
	uint32_t len;
	bool truncated;
	uint64_t time;
	uint64_t number;
};

/**
 * capture_open() - open a file
 * @path: of the file, "-" for the standard input
 * @sentence: why it could not be opened
 *
 * Return: the capture, or NULL.
 */
struct capture *capture_open(const char *path, char *sentence);

/**
 * capture_next() - read a packet
 * @capture: the file
 * @packet: filled in
 * @sentence: what is wrong with the file
 *
 * Return: 1, 0 at the end of the file, -1 with a sentence.
 */
int capture_next(struct capture *capture, struct captured *packet,
		 char *sentence);

/** capture_close() - close it; NULL is allowed */
void capture_close(struct capture *capture);

#endif /* SEGWARD_REPLAY_CAPTURE_H */
