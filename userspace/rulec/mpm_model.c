// SPDX-License-Identifier: GPL-2.0
/*
 * How often a few bytes occur in traffic.
 *
 * The model is a mixture. Text: a Markov chain of the first order over coarsely
 * folded bytes, trained when first used on the sample below, which was written
 * for this purpose: lines as HTTP, HTML, scripts, mail, SIP, MQTT, DNS, TLS,
 * SMB and others typically have them, the frequent ones more than once. Grams
 * of the sample itself count by their own frequency: rules like to look for
 * header names, and these are in every request. Binary: uniformly random bytes
 * (compressed, encrypted), and runs of the fill bytes 00 and ff.
 *
 * A wrong estimate costs time, never a match.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "mpm_model.h"

#define SYMBOLS		128	/* coarsely folded bytes */
#define SCALE		40	/* probabilities are units of 2^-SCALE */

/* Repeated so that their grams weigh as in requests and answers. */
#define HTTP_REQUEST \
	"GET /index.html HTTP/1.1\r\nHost: www.example.com\r\n" \
	"User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) " \
	"AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 " \
	"Safari/537.36\r\nAccept: text/html,application/xhtml+xml," \
	"application/xml;q=0.9,image/webp,*/*;q=0.8\r\n" \
	"Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\n" \
	"Connection: keep-alive\r\nCookie: session=0123456789abcdef; id=42; "
#define HTTP_ANSWER \
	"HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n" \
	"Server: Apache/2.4 nginx\r\nContent-Type: text/html; charset=utf-8" \
	"\r\nContent-Length: 1024\r\nLast-Modified: Tue, 02 Feb 2023 12:00 GMT" \
	"\r\nCache-Control: no-cache, no-store, max-age=0\r\nExpires: -1\r\n" \
	"Set-Cookie: id=1; path=/; expires=Thu, HttpOnly\r\nETag: \"12-34\"\r\n" \
	"Transfer-Encoding: chunked\r\nVary: Accept-Encoding\r\n" \
	"X-Powered-By: PHP/7.4 ASP.NET\r\nPragma: no-cache\r\n\r\n"

static const char sample[] =
	HTTP_REQUEST HTTP_ANSWER HTTP_REQUEST HTTP_ANSWER
	"POST /api/v1/login.php?id=1&user=admin&action=update HTTP/1.1\r\n"
	"HTTP/1.0 404 Not Found\r\nHTTP/1.1 302 Found\r\nLocation: http://\r\n"
	"HTTP/1.1 304 Not Modified\r\nIf-Modified-Since: Fri, 3 Mar 2023\r\n"
	"User-Agent: Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; "
	"Trident/4.0; .NET CLR 2.0.50727)\r\nContent-Type: application/"
	"x-www-form-urlencoded\r\nContent-Type: application/json\r\n"
	"Content-Type: multipart/form-data; boundary=----WebKitFormBoundary\r\n"
	"Content-Disposition: attachment; filename=\"file.exe\"\r\n"
	"Content-Type: application/octet-stream image/jpeg image/gif image/png\r\n"
	"Referer: http://www.google.com/search?q=\r\nX-Requested-With: "
	"XMLHttpRequest\r\nAuthorization: Basic \r\nOrigin: https://\r\n"
	"Upgrade-Insecure-Requests: 1\r\nAccept: */*\r\nProxy-Connection: \r\n"
	"<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" "
	"\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n"
	"<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"
	"<meta http-equiv=\"Content-Type\" content=\"text/html\" />\n"
	"<title>Home page</title>\n<link rel=\"stylesheet\" type=\"text/css\" "
	"href=\"/css/style.css\" />\n<script type=\"text/javascript\" "
	"src=\"/js/jquery.min.js\"></script>\n</head>\n<body>\n"
	"<div id=\"main\" class=\"content\"><div class=\"header\"><p><a href=\""
	"http://www.example.com/page.php?id=1&amp;name=value\" target=\"_blank\">"
	"<img src=\"/images/logo.gif\" width=\"100\" height=\"50\" border=\"0\" "
	"alt=\"\" /></a></p></div>\n<table width=\"100%\" border=\"0\" "
	"cellspacing=\"0\" cellpadding=\"0\"><tr><td align=\"center\" "
	"valign=\"top\" bgcolor=\"#ffffff\">&nbsp;</td></tr></table>\n"
	"<ul><li><a href=\"/about\">About</a></li><li><span style=\"color: red;"
	" font-size: 12px; font-family: Arial, Helvetica, sans-serif\">\n"
	"<form action=\"/search\" method=\"post\"><input type=\"hidden\" "
	"name=\"token\" value=\"\" /><input type=\"submit\" value=\"Go\" />"
	"</form><br /><iframe src=\"\"></iframe><object classid=\"clsid:\">"
	"<param name=\"movie\" value=\"x.swf\"><embed></object></body></html>\n"
	"<script>\nvar i = 0;\nfunction(a,b){return this.length;}\n"
	"if (typeof window !== 'undefined') { document.getElementById('x')."
	"innerHTML = ''; }\nfor (var j=0;j<n;j++) { array.push(String."
	"fromCharCode(0x41)); }\ndocument.write(unescape('%u9090%u4141'));\n"
	"setTimeout(function() { eval(code); }, 1000); new Date().getTime();\n"
	"document.cookie.split(';'); $.ajax({type:'POST',url:'/',data:{}});\n"
	"else { return false; } null true false new Array() replace(/x/g, \"\")\n"
	"window.location.href parseInt(value, 16) Math.floor(Math.random()*10)\n"
	".class { margin: 0; padding: 0 10px; background: #fff url(x.png) "
	"no-repeat; display: block; position: absolute; top: 0; left: 0; }\n"
	"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<soap:Envelope xmlns:soap="
	"\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body></soap:Body>\n"
	"<?php echo $_GET['cmd']; $_POST['id']; system(); base64_decode() ?>\n"
	"{\"id\":1,\"name\":\"value\",\"status\":\"ok\",\"data\":[{\"type\":"
	"\"string\",\"time\":1700000000},{\"error\":null,\"success\":true}]}\n"
	"SELECT * FROM users WHERE id = 1 AND name = 'x' UNION SELECT 1,2 FROM "
	"information_schema.tables; INSERT INTO table VALUES (1); UPDATE SET; "
	"DELETE FROM; DROP TABLE; ORDER BY; exec xp_cmdshell\n"
	"220 mail.example.com ESMTP Postfix\r\nEHLO localhost\r\n250-SIZE\r\n"
	"MAIL FROM:<user@example.com>\r\nRCPT TO:<info@example.net>\r\nDATA\r\n"
	"Received: from mail.example.com (mail.example.com [192.168.1.1]) by "
	"mx.example.org with ESMTP id 1A2B3C for <info@example.org>; Mon\r\n"
	"From: \"Name\" <user@example.com>\r\nTo: user@example.org\r\nSubject: "
	"Re: Hello\r\nMessage-ID: <>\r\nMIME-Version: 1.0\r\nContent-Type: "
	"text/plain; charset=\"us-ascii\"\r\nContent-Transfer-Encoding: base64"
	"\r\n\r\nDear Sir or Madam, this is the message that you have been "
	"waiting for; please find the document in the attachment and click on "
	"the following link to update your account information.\r\n"
	"The quick and the other of which there will be more than one for all "
	"with their own people at work or in the home, and you can not have it "
	"from us before they said so: what was it about? Our new version is "
	"free to download, use and share; the name of the system, the number "
	"of the page, the time and the date, a list of files and users.\r\n"
	"USER anonymous\r\nPASS guest@\r\n331 Password required\r\n230 User "
	"logged in\r\nPORT 10,0,0,1,4,1\r\nRETR file.txt\r\n150 Opening ASCII "
	"mode data connection\r\n226 Transfer complete\r\n+OK\r\nSTAT\r\nLIST\r\n"
	"NICK bot\r\nJOIN #channel\r\nPRIVMSG #channel :hello\r\nPING :irc\r\n"
	":server 001 nick :Welcome to the Internet Relay Chat Network\r\n"
	"INVITE sip:100@192.168.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1:5060;"
	"branch=z9hG4bK;rport\r\nFrom: <sip:100@10.0.0.1>;tag=1\r\nTo: <sip:>"
	"\r\nCall-ID: 1@10.0.0.1\r\nCSeq: 1 INVITE\r\nContact: <sip:>\r\n"
	"Max-Forwards: 70\r\nREGISTER OPTIONS sip: SIP/2.0 200 OK\r\n"
	"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:"
	"discover\"\r\nST: upnp:rootdevice\r\nNOTIFY * NTS: ssdp:alive USN: uuid:"
	"\r\nSSH-2.0-OpenSSH_8.4\r\ndiffie-hellman-group14-sha256,aes128-ctr,"
	"hmac-sha2-256,ecdh-sha2-nistp256,ssh-rsa,none,zlib@openssh.com\n"
	"\0\6\3www\7example\3com\0\0\1\0\1\300\f\0\1\0\1\0\0\16\20\0\4\12\0\0\1"
	"\0\0\201\200\0\1\0\1\0\0\0\0\3www\6google\3com\0\0\34\0\1\3net\3org\0"
	"\26\3\1\2\0\1\0\1\374\3\3\26\3\3\0\0\27\3\3\0\24\3\3\0\1\1\26\3\1"
	"\300\57\300\53\300\60\300\54\0\236\0\237\300\23\300\24\0\234\0\57\0\65"
	"\0\0\0\16\0\0\13\0\13\0\2\1\0\0\12\0\6\0\4\0\27\0\30\0\20\0\16\0\14"
	"\2h2\10http/1.1\60\202\3\0\60\202\2\6\3\125\4\3\14\60\13\6\3\125\4\6"
	"\23\2US1\13\60\11\6\3\125\4\12\23\6\6\3\125\4\13\6\11*\206H\206\367\15"
	"\1\1\13\5\0\60\36\27\15Let's Encrypt DigiCert Inc VeriSign http://crl."
	"\377SMBr\0\0\0\0\30\1 \0\0\0\0\0\0\0\0\0\0\377\376\0\0\376SMB@\0\0\0"
	"\0\0\5\0\0\3\20\0\0\0H\0\0\0\1\0\0\0\\\0P\0I\0P\0E\0\\\0I\0P\0C\0$\0\0"
	"\\\0W\0i\0n\0d\0o\0w\0s\0 \0s\0e\0r\0v\0e\0r\0\0\0NTLMSSP\0\1\0\0\0"
	"MZ\220\0\3\0\0\0\4\0\0\0\377\377\0\0\270\0\0\0\0\0\0\0@\0\0\0This "
	"program cannot be run in DOS mode.\r\r\n$\0\0\0\0\0\0\0PE\0\0L\1\3\0"
	".text\0\0\0.data\0\0\0.rdata\0.rsrc\0\0\0KERNEL32.DLL\0\0GetProcAddress"
	"\0LoadLibraryA\0\0ExitProcess\0VirtualAlloc\0%PDF-1.4\n1 0 obj\n<< "
	"/Type /Page /Length 10 /Filter /FlateDecode >>\nstream\nendstream\n"
	"endobj\nxref\n0000000000 65535 f\ntrailer\nstartxref\n%%EOF\n"
	"PK\3\4\24\0\0\0\10\0PK\1\2GIF89a\1\0\1\0\200\0\0\211PNG\r\n\32\n\0\0\0"
	"\15IHDR\0\0\0\377\330\377\340\0\20JFIF\0\1\1\1\0`\0`\0\0Exif\0\0"
	"\20\14\0\4MQTT\4\2\0<\0\60\31\0\14sensors/temp/2\300\0\320\0@\2\0\1"
	"BitTorrent protocol d1:ad2:id20:e1:q4:ping1:t2:aa1:y1:qe\0\0\0\0\0\0"
	"AAAAAAAAAAAAAAAA\220\220\220\220\220\220\220\220................"
	"                --------------------********=======\t\t\t\t\r\n\r\n"
	"0123456789012345678901234567890abcdefghijklmnopqrstuvwxyz0123456789 "
	"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\377\377\377\377\377\377\377\377"
	"\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\0\0\0\0\0\0\0\0\0\377\377\0\0";

#define SAMPLE		(sizeof(sample) - 1)

static struct {
	bool trained;
	double symbol[SYMBOLS];		/* probability */
	double next[SYMBOLS][SYMBOLS];	/* of the second, given the first */
	__u32 gram[SAMPLE];		/* of the sample, sorted */
	unsigned int nr_grams;
} model;

static unsigned int symbol_of(unsigned char c)
{
	return (c & 0x1f) | (c >> 1 & 0x60);
}

static int compare_grams(const void *a, const void *b)
{
	__u32 left = *(const __u32 *)a;
	__u32 right = *(const __u32 *)b;

	return left < right ? -1 : left > right;
}

static void collect_grams(void)
{
	const unsigned char *p = (const unsigned char *)sample;
	size_t i;

	for (i = 0; i + 4 <= SAMPLE; i++, p++)
		model.gram[i] = (p[0] | p[1] << 8 | p[2] << 16 |
				 (__u32)p[3] << 24) | 0x20202020;
	model.nr_grams = SAMPLE - 3;
	qsort(model.gram, model.nr_grams, sizeof(model.gram[0]),
	      compare_grams);
}

/* Counts, smoothed towards a uniform distribution and then towards symbols. */
static void train(void)
{
	static unsigned int pairs[SYMBOLS][SYMBOLS];
	static unsigned int count[SYMBOLS];
	unsigned int a, b;
	size_t i;

	for (i = 0; i < SAMPLE; i++) {
		b = symbol_of((unsigned char)sample[i]);
		count[b]++;
		if (i)
			pairs[a][b]++;
		a = b;
	}
	for (a = 0; a < SYMBOLS; a++)
		model.symbol[a] = (count[a] + 1.0) / (SAMPLE + SYMBOLS);
	for (a = 0; a < SYMBOLS; a++)
		for (b = 0; b < SYMBOLS; b++)
			model.next[a][b] = (pairs[a][b] +
					    4 * model.symbol[b]) /
					   (count[a] + 4.0);
	collect_grams();
	model.trained = true;
}

static unsigned int first_at_or_behind(__u64 gram)
{
	unsigned int low = 0, high = model.nr_grams;
	unsigned int mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (model.gram[mid] < gram)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static double sample_probability(__u32 gram)
{
	return (first_at_or_behind((__u64)gram + 1) -
		first_at_or_behind(gram)) / (double)SAMPLE;
}

static double chain_probability(__u32 gram, unsigned int len)
{
	unsigned int a = symbol_of(gram & 0xff);
	double p = model.symbol[a];
	unsigned int b;

	while (--len) {
		gram >>= 8;
		b = symbol_of(gram & 0xff);
		p *= model.next[a][b];
		a = b;
	}
	return p;
}

static double binary_probability(unsigned int len)
{
	double p = 1;

	while (len--)
		p /= SYMBOLS;
	return p;
}

unsigned int mpm_model_log2(__u64 x)
{
	unsigned int msb = 63 - (unsigned int)__builtin_clzll(x);
	unsigned int fraction = (unsigned int)(x << (63 - msb) >> 60 & 7);

	return msb * MPM_MODEL_BIT + fraction;
}

unsigned int mpm_model_cost(__u32 gram, unsigned int len)
{
	unsigned int log;
	double text, p;

	if (!model.trained)
		train();
	text = chain_probability(gram, len);
	if (len == 4 && sample_probability(gram) > text)
		text = sample_probability(gram);
	p = 0.7 * text + 0.3 * binary_probability(len);
	log = mpm_model_log2((__u64)(p * (1ULL << SCALE)) + 1);
	if (log < (SCALE - 32) * MPM_MODEL_BIT)
		return 0;
	return log - (SCALE - 32) * MPM_MODEL_BIT;
}
