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
#define SAMPLE_MAX	16384	/* more than the sample has */

#define ONCE(text)	{ text, sizeof(text) - 1, 1 }
/* What is in every request and every answer. */
#define TWICE(text)	{ text, sizeof(text) - 1, 2 }

static const struct {
	const char *text;
	unsigned int len;
	unsigned int times;
} sample[] = {
	TWICE("GET /index.html HTTP/1.1\r\nHost: www.example.com\r\n"),
	TWICE("User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) "),
	TWICE("AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "),
	TWICE("Safari/537.36\r\nAccept: text/html,application/xhtml+xml,"),
	TWICE("application/xml;q=0.9,image/webp,*/*;q=0.8\r\n"),
	TWICE("Accept-Language: en-US,en;q=0.5\r\nAccept-Encoding: gzip, deflate\r\n"),
	TWICE("Connection: keep-alive\r\nCookie: session=0123456789abcdef; id=42; "),
	TWICE("HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n"),
	TWICE("Server: Apache/2.4 nginx\r\nContent-Type: text/html; charset=utf-8"),
	TWICE("\r\nContent-Length: 1024\r\nLast-Modified: Tue, 02 Feb 2023 12:00 GMT"),
	TWICE("\r\nCache-Control: no-cache, no-store, max-age=0\r\nExpires: -1\r\n"),
	TWICE("Set-Cookie: id=1; path=/; expires=Thu, HttpOnly\r\nETag: \"12-34\"\r\n"),
	TWICE("Transfer-Encoding: chunked\r\nVary: Accept-Encoding\r\n"),
	TWICE("X-Powered-By: PHP/7.4 ASP.NET\r\nPragma: no-cache\r\n\r\n"),
	ONCE("POST /api/v1/login.php?id=1&user=admin&action=update HTTP/1.1\r\n"),
	ONCE("HTTP/1.0 404 Not Found\r\nHTTP/1.1 302 Found\r\nLocation: http://\r\n"),
	ONCE("HTTP/1.1 304 Not Modified\r\nIf-Modified-Since: Fri, 3 Mar 2023\r\n"),
	ONCE("User-Agent: Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; "),
	ONCE("Trident/4.0; .NET CLR 2.0.50727)\r\nContent-Type: application/"),
	ONCE("x-www-form-urlencoded\r\nContent-Type: application/json\r\n"),
	ONCE("Content-Type: multipart/form-data; boundary=----WebKitFormBoundary\r\n"),
	ONCE("Content-Disposition: attachment; filename=\"file.exe\"\r\n"),
	ONCE("Content-Type: application/octet-stream image/jpeg image/gif image/png\r\n"),
	ONCE("Referer: http://www.google.com/search?q=\r\nX-Requested-With: "),
	ONCE("XMLHttpRequest\r\nAuthorization: Basic \r\nOrigin: https://\r\n"),
	ONCE("Upgrade-Insecure-Requests: 1\r\nAccept: */*\r\nProxy-Connection: \r\n"),
	ONCE("<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" "),
	ONCE("\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n"),
	ONCE("<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"),
	ONCE("<meta http-equiv=\"Content-Type\" content=\"text/html\" />\n"),
	ONCE("<title>Home page</title>\n<link rel=\"stylesheet\" type=\"text/css\" "),
	ONCE("href=\"/css/style.css\" />\n<script type=\"text/javascript\" "),
	ONCE("src=\"/js/jquery.min.js\"></script>\n</head>\n<body>\n"),
	ONCE("<div id=\"main\" class=\"content\"><div class=\"header\"><p><a href=\""),
	ONCE("http://www.example.com/page.php?id=1&amp;name=value\" target=\"_blank\">"),
	ONCE("<img src=\"/images/logo.gif\" width=\"100\" height=\"50\" border=\"0\" "),
	ONCE("alt=\"\" /></a></p></div>\n<table width=\"100%\" border=\"0\" "),
	ONCE("cellspacing=\"0\" cellpadding=\"0\"><tr><td align=\"center\" "),
	ONCE("valign=\"top\" bgcolor=\"#ffffff\">&nbsp;</td></tr></table>\n"),
	ONCE("<ul><li><a href=\"/about\">About</a></li><li><span style=\"color: red;"),
	ONCE(" font-size: 12px; font-family: Arial, Helvetica, sans-serif\">\n"),
	ONCE("<form action=\"/search\" method=\"post\"><input type=\"hidden\" "),
	ONCE("name=\"token\" value=\"\" /><input type=\"submit\" value=\"Go\" />"),
	ONCE("</form><br /><iframe src=\"\"></iframe><object classid=\"clsid:\">"),
	ONCE("<param name=\"movie\" value=\"x.swf\"><embed></object></body></html>\n"),
	ONCE("<script>\nvar i = 0;\nfunction(a,b){return this.length;}\n"),
	ONCE("if (typeof window !== 'undefined') { document.getElementById('x')."),
	ONCE("innerHTML = ''; }\nfor (var j=0;j<n;j++) { array.push(String."),
	ONCE("fromCharCode(0x41)); }\ndocument.write(unescape('%u9090%u4141'));\n"),
	ONCE("setTimeout(function() { eval(code); }, 1000); new Date().getTime();\n"),
	ONCE("document.cookie.split(';'); $.ajax({type:'POST',url:'/',data:{}});\n"),
	ONCE("else { return false; } null true false new Array() replace(/x/g, \"\")\n"),
	ONCE("window.location.href parseInt(value, 16) Math.floor(Math.random()*10)\n"),
	ONCE(".class { margin: 0; padding: 0 10px; background: #fff url(x.png) "),
	ONCE("no-repeat; display: block; position: absolute; top: 0; left: 0; }\n"),
	ONCE("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<soap:Envelope xmlns:soap="),
	ONCE("\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body></soap:Body>\n"),
	ONCE("<?php echo $_GET['cmd']; $_POST['id']; system(); base64_decode() ?>\n"),
	ONCE("{\"id\":1,\"name\":\"value\",\"status\":\"ok\",\"data\":[{\"type\":"),
	ONCE("\"string\",\"time\":1700000000},{\"error\":null,\"success\":true}]}\n"),
	ONCE("SELECT * FROM users WHERE id = 1 AND name = 'x' UNION SELECT 1,2 FROM "),
	ONCE("information_schema.tables; INSERT INTO table VALUES (1); UPDATE SET; "),
	ONCE("DELETE FROM; DROP TABLE; ORDER BY; exec xp_cmdshell\n"),
	ONCE("220 mail.example.com ESMTP Postfix\r\nEHLO localhost\r\n250-SIZE\r\n"),
	ONCE("MAIL FROM:<user@example.com>\r\nRCPT TO:<info@example.net>\r\nDATA\r\n"),
	ONCE("Received: from mail.example.com (mail.example.com [192.168.1.1]) by "),
	ONCE("mx.example.org with ESMTP id 1A2B3C for <info@example.org>; Mon\r\n"),
	ONCE("From: \"Name\" <user@example.com>\r\nTo: user@example.org\r\nSubject: "),
	ONCE("Re: Hello\r\nMessage-ID: <>\r\nMIME-Version: 1.0\r\nContent-Type: "),
	ONCE("text/plain; charset=\"us-ascii\"\r\nContent-Transfer-Encoding: base64"),
	ONCE("\r\n\r\nDear Sir or Madam, this is the message that you have been "),
	ONCE("waiting for; please find the document in the attachment and click on "),
	ONCE("the following link to update your account information.\r\n"),
	ONCE("The quick and the other of which there will be more than one for all "),
	ONCE("with their own people at work or in the home, and you can not have it "),
	ONCE("from us before they said so: what was it about? Our new version is "),
	ONCE("free to download, use and share; the name of the system, the number "),
	ONCE("of the page, the time and the date, a list of files and users.\r\n"),
	ONCE("USER anonymous\r\nPASS guest@\r\n331 Password required\r\n230 User "),
	ONCE("logged in\r\nPORT 10,0,0,1,4,1\r\nRETR file.txt\r\n150 Opening ASCII "),
	ONCE("mode data connection\r\n226 Transfer complete\r\n+OK\r\nSTAT\r\nLIST\r\n"),
	ONCE("NICK bot\r\nJOIN #channel\r\nPRIVMSG #channel :hello\r\nPING :irc\r\n"),
	ONCE(":server 001 nick :Welcome to the Internet Relay Chat Network\r\n"),
	ONCE("INVITE sip:100@192.168.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1:5060;"),
	ONCE("branch=z9hG4bK;rport\r\nFrom: <sip:100@10.0.0.1>;tag=1\r\nTo: <sip:>"),
	ONCE("\r\nCall-ID: 1@10.0.0.1\r\nCSeq: 1 INVITE\r\nContact: <sip:>\r\n"),
	ONCE("Max-Forwards: 70\r\nREGISTER OPTIONS sip: SIP/2.0 200 OK\r\n"),
	ONCE("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:"),
	ONCE("discover\"\r\nST: upnp:rootdevice\r\nNOTIFY * NTS: ssdp:alive USN: uuid:"),
	ONCE("\r\nSSH-2.0-OpenSSH_8.4\r\ndiffie-hellman-group14-sha256,aes128-ctr,"),
	ONCE("hmac-sha2-256,ecdh-sha2-nistp256,ssh-rsa,none,zlib@openssh.com\n"),
	ONCE("\0\6\3www\7example\3com\0\0\1\0\1\300\f\0\1\0\1\0\0\16\20\0\4\12\0\0\1"),
	ONCE("\0\0\201\200\0\1\0\1\0\0\0\0\3www\6google\3com\0\0\34\0\1\3net\3org\0"),
	ONCE("\26\3\1\2\0\1\0\1\374\3\3\26\3\3\0\0\27\3\3\0\24\3\3\0\1\1\26\3\1"),
	ONCE("\300\57\300\53\300\60\300\54\0\236\0\237\300\23\300\24\0\234\0\57\0\65"),
	ONCE("\0\0\0\16\0\0\13\0\13\0\2\1\0\0\12\0\6\0\4\0\27\0\30\0\20\0\16\0\14"),
	ONCE("\2h2\10http/1.1\60\202\3\0\60\202\2\6\3\125\4\3\14\60\13\6\3\125\4\6"),
	ONCE("\23\2US1\13\60\11\6\3\125\4\12\23\6\6\3\125\4\13\6\11*\206H\206\367\15"),
	ONCE("\1\1\13\5\0\60\36\27\15Let's Encrypt DigiCert Inc VeriSign http://crl."),
	ONCE("\377SMBr\0\0\0\0\30\1 \0\0\0\0\0\0\0\0\0\0\377\376\0\0\376SMB@\0\0\0"),
	ONCE("\0\0\5\0\0\3\20\0\0\0H\0\0\0\1\0\0\0\\\0P\0I\0P\0E\0\\\0I\0P\0C\0$\0\0"),
	ONCE("\\\0W\0i\0n\0d\0o\0w\0s\0 \0s\0e\0r\0v\0e\0r\0\0\0NTLMSSP\0\1\0\0\0"),
	ONCE("MZ\220\0\3\0\0\0\4\0\0\0\377\377\0\0\270\0\0\0\0\0\0\0@\0\0\0This "),
	ONCE("program cannot be run in DOS mode.\r\r\n$\0\0\0\0\0\0\0PE\0\0L\1\3\0"),
	ONCE(".text\0\0\0.data\0\0\0.rdata\0.rsrc\0\0\0KERNEL32.DLL\0\0GetProcAddress"),
	ONCE("\0LoadLibraryA\0\0ExitProcess\0VirtualAlloc\0%PDF-1.4\n1 0 obj\n<< "),
	ONCE("/Type /Page /Length 10 /Filter /FlateDecode >>\nstream\nendstream\n"),
	ONCE("endobj\nxref\n0000000000 65535 f\ntrailer\nstartxref\n%%EOF\n"),
	ONCE("PK\3\4\24\0\0\0\10\0PK\1\2GIF89a\1\0\1\0\200\0\0\211PNG\r\n\32\n\0\0\0"),
	ONCE("\15IHDR\0\0\0\377\330\377\340\0\20JFIF\0\1\1\1\0`\0`\0\0Exif\0\0"),
	ONCE("\20\14\0\4MQTT\4\2\0<\0\60\31\0\14sensors/temp/2\300\0\320\0@\2\0\1"),
	ONCE("BitTorrent protocol d1:ad2:id20:e1:q4:ping1:t2:aa1:y1:qe\0\0\0\0\0\0"),
	ONCE("AAAAAAAAAAAAAAAA\220\220\220\220\220\220\220\220................"),
	ONCE("                --------------------********=======\t\t\t\t\r\n\r\n"),
	ONCE("0123456789012345678901234567890abcdefghijklmnopqrstuvwxyz0123456789 "),
	ONCE("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\377\377\377\377\377\377\377\377"),
	ONCE("\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\0\0\0\0\0\0\0\0\0\377\377\0\0"),
};

static struct {
	bool trained;
	double symbol[SYMBOLS];		/* probability */
	double next[SYMBOLS][SYMBOLS];	/* of the second, given the first */
	unsigned char text[SAMPLE_MAX];
	unsigned int len;
	__u32 gram[SAMPLE_MAX];		/* of the text, sorted */
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

static void read_sample(void)
{
	unsigned int round;
	size_t i;

	for (round = 0; round < 2; round++) {
		for (i = 0; i < sizeof(sample) / sizeof(sample[0]); i++) {
			if (sample[i].times <= round ||
			    sample[i].len > SAMPLE_MAX - model.len)
				continue;
			memcpy(model.text + model.len, sample[i].text,
			       sample[i].len);
			model.len += sample[i].len;
		}
	}
}

static void collect_grams(void)
{
	const unsigned char *p = model.text;

	for (; model.nr_grams + 4 <= model.len; model.nr_grams++, p++)
		model.gram[model.nr_grams] =
			(p[0] | p[1] << 8 | p[2] << 16 | (__u32)p[3] << 24) |
			0x20202020;
	qsort(model.gram, model.nr_grams, sizeof(model.gram[0]),
	      compare_grams);
}

/* Counts, smoothed towards a uniform distribution and then towards symbols. */
static void train(void)
{
	static unsigned int pairs[SYMBOLS][SYMBOLS];
	static unsigned int count[SYMBOLS];
	unsigned int a = 0, b, i;

	read_sample();
	for (i = 0; i < model.len; i++) {
		b = symbol_of(model.text[i]);
		count[b]++;
		if (i)
			pairs[a][b]++;
		a = b;
	}
	for (a = 0; a < SYMBOLS; a++)
		model.symbol[a] = (count[a] + 1.0) / (model.len + SYMBOLS);
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
		first_at_or_behind(gram)) / (double)model.len;
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
