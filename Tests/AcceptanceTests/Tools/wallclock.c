/* Preloaded into the daemon: the wall clock differs from the true one by what stands in the file
   WALL_OFFSET names, eight bytes of nanoseconds. Clocks that never step are left alone. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const int64_t zero = 0;
static const volatile int64_t *offset = &zero;

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("WALL_OFFSET");
    if (!path) return;
    int handle = open(path, O_RDONLY | O_CLOEXEC);
    void *at = mmap(0, 8, PROT_READ, MAP_SHARED, handle, 0);
    if (at != MAP_FAILED) offset = at;
    close(handle);
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    int done = syscall(SYS_clock_gettime, clock, at);
    if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        int64_t whole = at->tv_sec * 1000000000LL + at->tv_nsec + *offset;
        at->tv_sec = whole / 1000000000LL;
        at->tv_nsec = whole % 1000000000LL;
        if (at->tv_nsec < 0) { at->tv_nsec += 1000000000LL; at->tv_sec--; }
    }
    return done;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
