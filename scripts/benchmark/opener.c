/* Opens cases over kept-alive HTTP on loopback, one request a case: one thread, epoll.
 *
 *   opener --port P --path /v2/enqueue --item FILE --run R --count N [--connections 64] [--rate 0] --log OUT
 *
 * The item is the body, with @T@ for the token `tok-R-Nz` and @N@ for its number. With a rate requests set
 * out on the clock (open loop); without, a connection sends its next as soon as it is answered. The log
 * has a line "N sent answered status" for each, in nanoseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct link { int fd, is_busy; long request; size_t size; char in[32768]; };
struct result { int64_t sent, answered; int status; };

static int port, poller;
static long run_number, count;
static const char *path = "/";
static char item[65536];
static struct result *results;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void connect_link(struct link *link) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    link->size = 0;
    link->fd = -1;
    if (connect(fd, (void *)&address, sizeof address)) { close(fd); return; }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event event = {EPOLLIN, {.ptr = link}};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
    link->fd = fd;
}

/* Copies the item with its marks filled in; gives its size. */
static size_t filled(char *body, long number) {
    size_t size = 0;
    for (const char *from = item; *from;) {
        if (!strncmp(from, "@T@", 3)) { size += (size_t)sprintf(body + size, "tok-%ld-%ldz", run_number, number); from += 3; }
        else if (!strncmp(from, "@N@", 3)) { size += (size_t)sprintf(body + size, "%ld", number); from += 3; }
        else body[size++] = *from++;
    }
    return size;
}

static void send_request(struct link *link, long number) {
    static char body[80000], text[81000];
    size_t size = filled(body, number);
    int head = sprintf(text, "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", path, port, size);
    memcpy(text + head, body, size);
    size += (size_t)head;
    link->is_busy = 1;
    link->request = number;
    link->size = 0;
    results[number].sent = now();
    for (size_t sent = 0; sent < size;) {
        ssize_t more = send(link->fd, text + sent, size - sent, MSG_NOSIGNAL);
        if (more <= 0) return;
        sent += (size_t)more;
    }
}

/* Whether a whole answer has come, or the connection has gone. */
static int is_answered(struct link *link) {
    ssize_t got = recv(link->fd, link->in + link->size, sizeof link->in - link->size - 1, 0);
    if (got <= 0) { close(link->fd); link->fd = -1; return link->is_busy; }
    link->size += (size_t)got;
    link->in[link->size] = 0;
    char *end = strstr(link->in, "\r\n\r\n");
    if (!end) return 0;
    char *length = strcasestr(link->in, "\r\ncontent-length:");
    size_t total = (size_t)(end - link->in) + 4 + (length && length < end ? strtoul(length + 17, NULL, 10) : 0);
    if (link->size < total) return 0;
    results[link->request].status = atoi(link->in + 9);
    results[link->request].answered = now();
    link->size = 0;
    return 1;
}

int main(int words, char **word) {
    int links = 64;
    double rate = 0;
    const char *item_file = NULL, *log_file = NULL;
    for (int i = 1; i + 1 < words; i += 2) {
        const char *key = word[i], *value = word[i + 1];
        if (!strcmp(key, "--port")) port = atoi(value);
        else if (!strcmp(key, "--path")) path = value;
        else if (!strcmp(key, "--item")) item_file = value;
        else if (!strcmp(key, "--run")) run_number = atol(value);
        else if (!strcmp(key, "--count")) count = atol(value);
        else if (!strcmp(key, "--connections")) links = atoi(value);
        else if (!strcmp(key, "--rate")) rate = atof(value);
        else if (!strcmp(key, "--log")) log_file = value;
        else { fprintf(stderr, "opener: unknown %s\n", key); return 64; }
    }
    FILE *file = item_file ? fopen(item_file, "r") : NULL;
    if (!file || !log_file || count < 1) { fprintf(stderr, "opener: --item, --log and --count are needed\n"); return 64; }
    item[fread(item, 1, sizeof item - 1, file)] = 0;
    fclose(file);
    signal(SIGPIPE, SIG_IGN);
    results = calloc((size_t)count, sizeof *results);
    poller = epoll_create1(0);
    if (links > count) links = (int)count;
    struct link *all = calloc((size_t)links, sizeof *all);
    for (int i = 0; i < links; i++) connect_link(&all[i]);

    int64_t start = now();
    long next = 0, done = 0, failed = 0;
    struct epoll_event events[256];
    while (done < count) {
        for (int i = 0; i < links && next < count; i++) {
            if (rate > 0 && start + (int64_t)((double)next * 1e9 / rate) > now()) break;
            if (all[i].is_busy) continue;
            if (all[i].fd < 0) connect_link(&all[i]);
            if (all[i].fd >= 0) send_request(&all[i], next++);
        }
        int wait = rate > 0 ? 1 : 100;
        if (now() - start > (int64_t)300e9) break;
        int ready = epoll_wait(poller, events, 256, wait);
        for (int i = 0; i < ready; i++) {
            struct link *link = events[i].data.ptr;
            if (!is_answered(link) || !link->is_busy) continue;
            link->is_busy = 0;
            done++;
            if (results[link->request].status / 100 != 2 && failed++ < 3) fprintf(stderr, "opener: %.300s\n", link->in);
        }
    }
    FILE *log = fopen(log_file, "w");
    for (long i = 0; log && i < count; i++) fprintf(log, "%ld %ld %ld %d\n", i, (long)results[i].sent, (long)results[i].answered, results[i].status);
    if (log) fclose(log);
    return failed || done < count ? 1 : 0;
}
