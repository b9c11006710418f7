/* Receives pages over HTTP and SMTP on loopback and stamps the arrival of each: one thread, epoll.
 *
 *   sink --http PORT --smtp PORT
 *
 * A page is whatever carries a token `tok-RUN-Nz` in its body or mail. Answers at these paths are for
 * the driver:  /_stats  /_dump (lines "nanoseconds RUN N")  /_reset  /_set?delay_ms=D
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HTTP, SMTP };

struct page { int64_t at; uint32_t run, number; };
struct peer {
    int fd, protocol, in_data, closing, waits_to_write;
    uint32_t id;
    char *in, *out;
    size_t in_size, in_room, out_size, out_room, out_sent;
};
struct answer { int64_t due; int fd; uint32_t peer; };

static struct page *pages;
static size_t page_count, page_room;
static struct peer **peers;
static int peer_room, poller;
static uint32_t last_peer;
static int delay_ms;
/* Answers wait in order of arrival, because the delay is the same for all. */
static struct answer *waiting;
static size_t waiting_first, waiting_count, waiting_room;
static uint64_t requests, mails, opened[2], open_now[2], open_peak[2];

static void *grown(void *memory, size_t bytes) {
    void *moved = realloc(memory, bytes);
    if (!moved) { perror("sink"); exit(1); }
    return moved;
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Records the first token of a message. */
static void record(const char *text, size_t size, int64_t at) {
    const char *token = memmem(text, size, "tok-", 4);
    if (!token) return;
    const char *end = text + size;
    uint64_t values[2] = {0, 0};
    token += 4;
    for (int i = 0; i < 2; i++) {
        while (token < end && *token >= '0' && *token <= '9') values[i] = values[i] * 10 + (uint64_t)(*token++ - '0');
        if (token >= end || *token++ != (i ? 'z' : '-')) return;
    }
    if (page_count == page_room) {
        page_room = page_room ? page_room * 2 : 65536;
        pages = grown(pages, page_room * sizeof *pages);
    }
    pages[page_count++] = (struct page){at, (uint32_t)values[0], (uint32_t)values[1]};
}

static void queue(struct peer *peer, const char *text, size_t size) {
    if (peer->out_size + size > peer->out_room) {
        peer->out_room = (peer->out_size + size) * 2;
        peer->out = grown(peer->out, peer->out_room);
    }
    memcpy(peer->out + peer->out_size, text, size);
    peer->out_size += size;
}

static void say(struct peer *peer, const char *text) { queue(peer, text, strlen(text)); }

static void say_http(struct peer *peer, const char *text, size_t size) {
    char head[128];
    int length = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", size);
    queue(peer, head, (size_t)length);
    queue(peer, text, size);
}

static void watch(struct peer *peer, uint32_t events, int operation) {
    struct epoll_event event = {events, {.fd = peer->fd}};
    epoll_ctl(poller, operation, peer->fd, &event);
}

static void drop(struct peer *peer) {
    close(peer->fd);
    peers[peer->fd] = NULL;
    open_now[peer->protocol]--;
    free(peer->in);
    free(peer->out);
    free(peer);
}

/* Whether the peer is still there. */
static int flush_out(struct peer *peer) {
    while (peer->out_sent < peer->out_size) {
        ssize_t sent = send(peer->fd, peer->out + peer->out_sent, peer->out_size - peer->out_sent, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            if (!peer->waits_to_write) watch(peer, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
            peer->waits_to_write = 1;
            return 1;
        }
        if (sent < 0) { drop(peer); return 0; }
        peer->out_sent += (size_t)sent;
    }
    peer->out_size = peer->out_sent = 0;
    if (peer->waits_to_write) watch(peer, EPOLLIN, EPOLL_CTL_MOD);
    peer->waits_to_write = 0;
    if (peer->closing) { drop(peer); return 0; }
    return 1;
}

static void control(struct peer *peer, const char *path) {
    if (!strncmp(path, "/_dump", 6)) {
        char *text = grown(NULL, page_count * 48 + 1);
        size_t size = 0;
        for (size_t i = 0; i < page_count; i++)
            size += (size_t)sprintf(text + size, "%ld %u %u\n", (long)pages[i].at, pages[i].run, pages[i].number);
        say_http(peer, text, size);
        free(text);
        return;
    }
    if (!strncmp(path, "/_reset", 7)) {
        page_count = 0;
        requests = mails = 0;
        for (int i = 0; i < 2; i++) opened[i] = 0, open_peak[i] = open_now[i];
    }
    if (!strncmp(path, "/_set?delay_ms=", 15)) delay_ms = atoi(path + 15);
    char text[512];
    int size = snprintf(text, sizeof text,
        "{\"pages\":%zu,\"requests\":%lu,\"mails\":%lu,\"http_connections\":%lu,\"http_peak\":%lu,"
        "\"smtp_connections\":%lu,\"smtp_peak\":%lu}\n",
        page_count, requests, mails, opened[HTTP], open_peak[HTTP], opened[SMTP], open_peak[SMTP]);
    say_http(peer, text, (size_t)size);
}

static void answer_later(struct peer *peer, int64_t due) {
    if (waiting_count == waiting_room) {
        size_t room = waiting_room ? waiting_room * 2 : 4096;
        struct answer *moved = grown(NULL, room * sizeof *moved);
        for (size_t i = 0; i < waiting_count; i++) moved[i] = waiting[(waiting_first + i) % waiting_room];
        free(waiting);
        waiting = moved;
        waiting_room = room;
        waiting_first = 0;
    }
    waiting[(waiting_first + waiting_count++) % waiting_room] = (struct answer){due, peer->fd, peer->id};
}

/* The value of a header within the head of a request, or NULL. */
static const char *header(const char *head, size_t size, const char *name) {
    const char *end = head + size, *line = head;
    size_t length = strlen(name);
    while ((line = memchr(line, '\n', (size_t)(end - line))) && ++line < end)
        if ((size_t)(end - line) > length && !strncasecmp(line, name, length) && line[length] == ':') return line + length + 1;
    return NULL;
}

/* How much of the input was a whole request; 0 where it is not whole yet. */
static size_t take_http(struct peer *peer, char *text, size_t size) {
    char *end = memmem(text, size, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head = (size_t)(end - text) + 4;
    const char *length = header(text, head, "content-length");
    size_t total = head + (length ? strtoul(length, NULL, 10) : 0);
    if (size < total) {
        if (size == head && header(text, head, "expect")) say(peer, "HTTP/1.1 100 Continue\r\n\r\n");
        return 0;
    }
    if (!strncmp(text, "GET /_", 6)) {
        char path[128];
        snprintf(path, sizeof path, "%.*s", (int)strcspn(text + 4, " "), text + 4);
        control(peer, path);
        return total;
    }
    int64_t at = now();
    requests++;
    record(text + head, total - head, at);
    if (delay_ms) answer_later(peer, at + (int64_t)delay_ms * 1000000);
    else say_http(peer, "ok", 2);
    return total;
}

static size_t take_smtp(struct peer *peer, char *text, size_t size) {
    if (peer->in_data) {
        char *end = memmem(text, size, "\r\n.\r\n", 5);
        if (!end) return 0;
        record(text, (size_t)(end - text), now());
        mails++;
        peer->in_data = 0;
        say(peer, "250 2.0.0 kept\r\n");
        return (size_t)(end - text) + 5;
    }
    char *end = memmem(text, size, "\r\n", 2);
    if (!end) return 0;
    if (!strncasecmp(text, "EHLO", 4)) say(peer, "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 10485760\r\n");
    else if (!strncasecmp(text, "DATA", 4)) { say(peer, "354 go on\r\n"); peer->in_data = 1; }
    else if (!strncasecmp(text, "QUIT", 4)) { say(peer, "221 bye\r\n"); peer->closing = 1; }
    else say(peer, "250 2.0.0 well\r\n");
    return (size_t)(end - text) + 2;
}

static void read_from(struct peer *peer) {
    if (peer->in_room - peer->in_size < 16384) {
        peer->in_room = peer->in_room ? peer->in_room * 2 : 32768;
        peer->in = grown(peer->in, peer->in_room);
    }
    ssize_t got = recv(peer->fd, peer->in + peer->in_size, peer->in_room - peer->in_size, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) { drop(peer); return; }
    peer->in_size += (size_t)got;
    size_t used = 0, taken;
    while (used < peer->in_size) {
        char *text = peer->in + used;
        size_t left = peer->in_size - used;
        taken = peer->protocol == HTTP ? take_http(peer, text, left) : take_smtp(peer, text, left);
        if (!taken) break;
        used += taken;
    }
    memmove(peer->in, peer->in + used, peer->in_size - used);
    peer->in_size -= used;
    if (peer->out_size) flush_out(peer);
}

static int listener(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (void *)&address, sizeof address) || listen(fd, 65535)) { perror("sink: listen"); exit(1); }
    struct epoll_event event = {EPOLLIN, {.fd = fd}};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
    return fd;
}

static void accept_from(int fd, int protocol) {
    for (int i = 0; i < 4096; i++) {
        int accepted = accept4(fd, NULL, NULL, SOCK_NONBLOCK), on = 1;
        if (accepted < 0) return;
        if (accepted >= peer_room) { close(accepted); continue; }
        setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct peer *peer = grown(NULL, sizeof *peer);
        *peer = (struct peer){.fd = accepted, .protocol = protocol, .id = ++last_peer};
        peers[accepted] = peer;
        opened[protocol]++;
        if (++open_now[protocol] > open_peak[protocol]) open_peak[protocol] = open_now[protocol];
        watch(peer, EPOLLIN, EPOLL_CTL_ADD);
        if (protocol == SMTP) { say(peer, "220 sink ESMTP\r\n"); flush_out(peer); }
    }
}

/* Sends what has waited long enough; milliseconds until the next, or -1. */
static int send_waiting(void) {
    while (waiting_count) {
        struct answer first = waiting[waiting_first];
        int64_t left = first.due - now();
        if (left > 0) return (int)(left / 1000000) + 1;
        waiting_first = (waiting_first + 1) % waiting_room;
        waiting_count--;
        struct peer *peer = peers[first.fd];
        if (peer && peer->id == first.peer) { say_http(peer, "ok", 2); flush_out(peer); }
    }
    return -1;
}

int main(int count, char **words) {
    int ports[2] = {0, 0};
    for (int i = 1; i + 1 < count; i += 2) {
        if (!strcmp(words[i], "--http")) ports[HTTP] = atoi(words[i + 1]);
        else if (!strcmp(words[i], "--smtp")) ports[SMTP] = atoi(words[i + 1]);
        else { fprintf(stderr, "sink: unknown %s\n", words[i]); return 64; }
    }
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    peer_room = limit.rlim_cur > 1000000 ? 1000000 : (int)limit.rlim_cur;
    peers = calloc((size_t)peer_room, sizeof *peers);
    poller = epoll_create1(0);
    int listeners[2] = {listener(ports[HTTP]), listener(ports[SMTP])};
    struct epoll_event events[1024];
    for (;;) {
        int ready = epoll_wait(poller, events, 1024, send_waiting());
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listeners[HTTP]) accept_from(fd, HTTP);
            else if (fd == listeners[SMTP]) accept_from(fd, SMTP);
            else if (peers[fd] && (!(events[i].events & EPOLLOUT) || flush_out(peers[fd]))
                && (events[i].events & ~(uint32_t)EPOLLOUT)) read_from(peers[fd]);
        }
    }
}
