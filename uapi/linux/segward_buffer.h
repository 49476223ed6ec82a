/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The named buffers: what protocol parsers find, rules look into and records
 * tell. One list, by the names of Suricata's sticky buffers; a parser fills the
 * members of its protocol, a rule names them. Images and events have their
 * numbers: new ones are added at the end.
 */
#ifndef _UAPI_LINUX_SEGWARD_BUFFER_H
#define _UAPI_LINUX_SEGWARD_BUFFER_H

/*
 * X(symbol, name): a name that Suricata 7 has means the same here. Those
 * behind "no keyword" are of records only.
 */
#define SEGWARD_BUFFERS(X) \
	X(STREAM, "stream") \
	X(HTTP_METHOD, "http.method") \
	X(HTTP_URI, "http.uri") \
	X(HTTP_URI_RAW, "http.uri.raw") \
	X(HTTP_PROTOCOL, "http.protocol") \
	X(HTTP_REQUEST_LINE, "http.request_line") \
	X(HTTP_HEADER, "http.header") \
	X(HTTP_HEADER_RAW, "http.header.raw") \
	X(HTTP_HEADER_NAMES, "http.header_names") \
	X(HTTP_START, "http.start") \
	X(HTTP_COOKIE, "http.cookie") \
	X(HTTP_HOST, "http.host") \
	X(HTTP_HOST_RAW, "http.host.raw") \
	X(HTTP_USER_AGENT, "http.user_agent") \
	X(HTTP_REFERER, "http.referer") \
	X(HTTP_ACCEPT, "http.accept") \
	X(HTTP_ACCEPT_ENC, "http.accept_enc") \
	X(HTTP_ACCEPT_LANG, "http.accept_lang") \
	X(HTTP_CONNECTION, "http.connection") \
	X(HTTP_CONTENT_LEN, "http.content_len") \
	X(HTTP_CONTENT_TYPE, "http.content_type") \
	X(HTTP_REQUEST_BODY, "http.request_body") \
	X(HTTP_RESPONSE_LINE, "http.response_line") \
	X(HTTP_STAT_CODE, "http.stat_code") \
	X(HTTP_STAT_MSG, "http.stat_msg") \
	X(HTTP_SERVER, "http.server") \
	X(HTTP_LOCATION, "http.location") \
	X(HTTP_RESPONSE_BODY, "http.response_body") \
	X(FILE_DATA, "file.data") \
	X(TLS_SNI, "tls.sni") \
	X(TLS_VERSION, "tls.version") \
	X(TLS_ALPN, "tls.alpn") \
	X(TLS_CERTS, "tls.certs") \
	X(TLS_CERT_SUBJECT, "tls.cert_subject") \
	X(TLS_CERT_ISSUER, "tls.cert_issuer") \
	X(TLS_CERT_SERIAL, "tls.cert_serial") \
	X(TLS_CERT_FINGERPRINT, "tls.cert_fingerprint") \
	X(JA3_STRING, "ja3.string") \
	X(JA3_HASH, "ja3.hash") \
	X(JA3S_STRING, "ja3s.string") \
	X(JA3S_HASH, "ja3s.hash") \
	X(JA4_HASH, "ja4.hash") \
	X(DNS_QUERY, "dns.query") \
	X(SSH_PROTO, "ssh.proto") \
	X(SSH_SOFTWARE, "ssh.software") \
	/* no keyword: */ \
	X(TLS_NOT_BEFORE, "tls.notbefore") \
	X(TLS_NOT_AFTER, "tls.notafter") \
	X(DNS_HEADER, "dns.header") \
	X(DNS_QUESTION, "dns.question") \
	X(DNS_RECORD, "dns.record") \
	X(TLS_RESUMED, "tls.resumed")

#define SEGWARD_BUFFER_ENUM(symbol, name)	SEGWARD_BUFFER_##symbol,

/**
 * enum segward_buffer - which buffer
 * @SEGWARD_BUFFER_NONE: none; of a rule the packet's payload
 * @SEGWARD_BUFFER_STREAM: the bytes of one direction of a TCP connection
 * @SEGWARD_BUFFERS_END: behind the last
 */
enum segward_buffer {
	SEGWARD_BUFFER_NONE,
	SEGWARD_BUFFERS(SEGWARD_BUFFER_ENUM)
	SEGWARD_BUFFERS_END,
};

#endif /* _UAPI_LINUX_SEGWARD_BUFFER_H */
