// libcurl sets its options through C varargs, which Swift cannot call: one typed wrapper each.
#ifndef TOCSIN_CLIBCURL_SHIM_H
#define TOCSIN_CLIBCURL_SHIM_H
#include <curl/curl.h>
#include <sys/prctl.h>

// Options of one transfer, by the type of their value.
static inline CURLcode tocsin_easy_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode tocsin_easy_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

// libcurl copies the text, except for CURLOPT_POSTFIELDS.
static inline CURLcode tocsin_easy_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode tocsin_easy_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

// The list must outlive the transfer.
static inline CURLcode tocsin_easy_set_list(
    CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

// CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION.
static inline CURLcode tocsin_easy_set_sink(
    CURL *easy, CURLoption option, curl_write_callback callback) {
    return curl_easy_setopt(easy, option, callback);
}

static inline CURLcode tocsin_easy_set_source(CURL *easy, curl_read_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_READFUNCTION, callback);
}

static inline CURLcode tocsin_easy_set_seek(CURL *easy, curl_seek_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, callback);
}

static inline CURLcode tocsin_easy_set_open_socket(CURL *easy, curl_opensocket_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
}

static inline CURLcode tocsin_easy_set_progress(CURL *easy, curl_xferinfo_callback callback) {
    return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, callback);
}

// The resolved address itself; it may be longer than the type says, so it is read in place.
static inline const struct sockaddr *tocsin_address(const struct curl_sockaddr *address) {
    return &address->addr;
}

// What a transfer says afterwards; zero or NULL where it cannot say.
static inline long tocsin_easy_long(CURL *easy, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

static inline curl_off_t tocsin_easy_offset(CURL *easy, CURLINFO info) {
    curl_off_t value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

// The socket last used; CURL_SOCKET_BAD where it is closed.
static inline curl_socket_t tocsin_easy_socket(CURL *easy) {
    curl_socket_t value = CURL_SOCKET_BAD;
    return curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &value) == CURLE_OK ? value
                                                                             : CURL_SOCKET_BAD;
}

static inline void *tocsin_easy_private(CURL *easy) {
    char *value = NULL;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

static inline CURLMcode tocsin_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// A message's result sits in a union; Swift reads it through this.
static inline CURLcode tocsin_message_result(const CURLMsg *message) {
    return message->data.result;
}

// Names the thread that calls it, in 15 letters; the system's own wrapper is an extension of GNU's.
static inline void tocsin_name_thread(const char *name) { prctl(PR_SET_NAME, name); }

static inline CURLcode tocsin_global_init(void) { return curl_global_init(CURL_GLOBAL_ALL); }
#endif
