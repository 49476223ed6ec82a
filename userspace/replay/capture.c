// SPDX-License-Identifier: GPL-2.0
/*
 * Captures. libpcap reads the files; what lies between the beginning of a
 * frame and its IP header is ours.
 */
#include <pcap/pcap.h>
#include <pcap/sll.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"

#define ETHERTYPE_IPV4	0x0800
#define ETHERTYPE_IPV6	0x86dd
#define ETHER_HEADER	14
#define SLL_HEADER	16
#define SLL2_HEADER	20
#define NULL_HEADER	4

/* Tags in one frame: double tagging, and the same again for a provider. */
#define VLAN_TAGS_MAX	4

#define NSEC_PER_SEC	1000000000ull

struct capture {
	pcap_t *pcap;
	int (*skip)(const uint8_t *frame, uint32_t len);
	uint64_t number;
};

static uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static bool is_vlan(uint16_t type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

/* From an EtherType at @at to the IP header behind @off. -1: not IP. */
static int skip_type(const uint8_t *frame, uint32_t len, uint32_t at,
		     uint32_t off)
{
	uint16_t type;
	int tags;

	if (len < off)
		return -1;
	type = be16(frame + at);
	for (tags = 0; is_vlan(type); tags++) {
		if (tags == VLAN_TAGS_MAX || len < off + 4)
			return -1;
		type = be16(frame + off + 2);
		off += 4;
	}
	if (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6)
		return -1;
	return (int)off;
}

static int skip_ethernet(const uint8_t *frame, uint32_t len)
{
	return skip_type(frame, len, ETHER_HEADER - 2, ETHER_HEADER);
}

static int skip_sll(const uint8_t *frame, uint32_t len)
{
	return skip_type(frame, len, SLL_HEADER - 2, SLL_HEADER);
}

static int skip_sll2(const uint8_t *frame, uint32_t len)
{
	return skip_type(frame, len, 0, SLL2_HEADER);
}

/*
 * Address families have other numbers on other systems, and come in the
 * byte order of the machine that captured: the version tells it better.
 */
static int skip_null(const uint8_t *frame, uint32_t len)
{
	if (len <= NULL_HEADER || (frame[NULL_HEADER] >> 4 != 4 &&
				   frame[NULL_HEADER] >> 4 != 6))
		return -1;
	return NULL_HEADER;
}

static int skip_nothing(const uint8_t *frame, uint32_t len)
{
	(void)frame;
	return len ? 0 : -1;
}

static const struct {
	int dlt;
	int (*skip)(const uint8_t *frame, uint32_t len);
} links[] = {
	{ DLT_EN10MB, skip_ethernet },
	{ DLT_LINUX_SLL, skip_sll },
	{ DLT_LINUX_SLL2, skip_sll2 },
	{ DLT_RAW, skip_nothing },
	{ DLT_IPV4, skip_nothing },
	{ DLT_IPV6, skip_nothing },
	{ DLT_NULL, skip_null },
	{ DLT_LOOP, skip_null },
};

static bool set_link(struct capture *capture, const char *path,
		     char *sentence)
{
	int dlt = pcap_datalink(capture->pcap);
	const char *name;
	size_t i;

	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (links[i].dlt != dlt)
			continue;
		capture->skip = links[i].skip;
		return true;
	}
	name = pcap_datalink_val_to_name(dlt);
	snprintf(sentence, CAPTURE_SENTENCE,
		 "\"%s\" was captured on a link of type %s (%d), not on Ethernet, Linux cooked, raw IP or loopback",
		 path, name ? name : "unknown", dlt);
	return false;
}

struct capture *capture_open(const char *path, char *sentence)
{
	const u_int precision = PCAP_TSTAMP_PRECISION_NANO;
	char errbuf[PCAP_ERRBUF_SIZE] = "";
	struct capture *capture;

	capture = calloc(1, sizeof(*capture));
	if (!capture) {
		snprintf(sentence, CAPTURE_SENTENCE, "out of memory");
		return NULL;
	}
	capture->pcap = pcap_open_offline_with_tstamp_precision(path, precision,
								errbuf);
	if (!capture->pcap)
		snprintf(sentence, CAPTURE_SENTENCE,
			 "\"%s\" cannot be read as a capture: %s", path,
			 errbuf);
	else if (set_link(capture, path, sentence))
		return capture;
	capture_close(capture);
	return NULL;
}

int capture_next(struct capture *capture, struct captured *packet,
		 char *sentence)
{
	struct pcap_pkthdr *header;
	const uint8_t *frame;
	int ret, off;

	ret = pcap_next_ex(capture->pcap, &header, &frame);
	if (ret == PCAP_ERROR_BREAK)
		return 0;
	if (ret != 1) {
		snprintf(sentence, CAPTURE_SENTENCE,
			 "the capture ends in the middle: %s",
			 pcap_geterr(capture->pcap));
		return -1;
	}
	off = capture->skip(frame, header->caplen);
	packet->data = off < 0 ? NULL : frame + off;
	packet->len = off < 0 ? header->caplen :
				header->caplen - (uint32_t)off;
	packet->truncated = header->caplen < header->len;
	packet->time = (uint64_t)header->ts.tv_sec * NSEC_PER_SEC +
		       (uint64_t)header->ts.tv_usec;
	packet->number = ++capture->number;
	return 1;
}

void capture_close(struct capture *capture)
{
	if (!capture)
		return;
	if (capture->pcap)
		pcap_close(capture->pcap);
	free(capture);
}
