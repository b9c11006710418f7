/* Preloaded into the daemon: keeps a record of what it does to the database, or lets the disk fail.

   DISK_TRACE=FILE  appends each write, truncation, sync and removal of *.db, *.db-wal and
                    *.db-journal, in order: a struct record and, after a write, its bytes. A sync is
                    recorded when it has ended, a write before it begins.
   DISK_FAIL=FILE   a file of eight bytes: the sync that counts it down to 0 answers EIO instead.
   DISK_KILL=FILE   another such: the write that counts it down to 0 ends the process instead.
   DISK_HANG=FILE   another such: the sync that counts it down to 0 never returns. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

struct record { uint32_t kind, file; uint64_t offset, length; };
enum { WRITE = 1, TRUNCATE, SYNC, UNLINK };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int trace = -1;
static volatile int64_t *fail, *killer, *hang;
static unsigned char known[4096]; /* file kind of a descriptor, 0 where it is none of ours */

static volatile int64_t *countdown(const char *path) {
    if (!path) return 0;
    int handle = open(path, O_RDWR | O_CLOEXEC);
    void *at = mmap(0, 8, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
    close(handle);
    return at == MAP_FAILED ? 0 : at;
}

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("DISK_TRACE");
    if (path) trace = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    fail = countdown(getenv("DISK_FAIL"));
    killer = countdown(getenv("DISK_KILL"));
    hang = countdown(getenv("DISK_HANG"));
}

static int ends(const char *text, const char *end) {
    size_t a = strlen(text), b = strlen(end);
    return a >= b && strcmp(text + a - b, end) == 0;
}

static int kind_of(const char *path) {
    return ends(path, ".db") ? 1 : ends(path, ".db-wal") ? 2 : ends(path, ".db-journal") ? 3 : 0;
}

static void put(uint32_t kind, uint32_t file, uint64_t offset, uint64_t length, const void *bytes) {
    if (trace < 0) return;
    struct record head = { kind, file, offset, length };
    pthread_mutex_lock(&lock);
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    if (real(trace, &head, sizeof head) < 0 || (bytes && real(trace, bytes, length) < 0)) abort();
    pthread_mutex_unlock(&lock);
}

static int kept(int handle, const char *path) {
    if (handle >= 0 && handle < 4096) known[handle] = kind_of(path);
    return handle;
}

#define OPEN(name)                                                          \
    int name(const char *path, int flags, ...) {                            \
        va_list rest; va_start(rest, flags);                                \
        int mode = va_arg(rest, int); va_end(rest);                         \
        int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, #name);      \
        return kept(real(path, flags, mode), path);                         \
    }
OPEN(open)
OPEN(open64)

int close(int handle) {
    if (handle >= 0 && handle < 4096) known[handle] = 0;
    int (*real)(int) = dlsym(RTLD_NEXT, "close");
    return real(handle);
}

#define FILE_OF(handle) ((handle) >= 0 && (handle) < 4096 ? known[handle] : 0)

#define PWRITE(name)                                                                   \
    ssize_t name(int handle, const void *bytes, size_t count, off_t offset) {          \
        int file = FILE_OF(handle);                                                    \
        if (file && killer && *killer > 0 && __sync_sub_and_fetch(killer, 1) == 0)     \
            raise(SIGKILL);                                                            \
        if (file) put(WRITE, file, offset, count, bytes);                              \
        ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, #name);   \
        return real(handle, bytes, count, offset);                                     \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

#define TRUNCATED(name)                                          \
    int name(int handle, off_t size) {                           \
        int file = FILE_OF(handle);                              \
        if (file) put(TRUNCATE, file, size, 0, 0);               \
        int (*real)(int, off_t) = dlsym(RTLD_NEXT, #name);       \
        return real(handle, size);                               \
    }
TRUNCATED(ftruncate)
TRUNCATED(ftruncate64)

#define SYNCED(name)                                                                \
    int name(int handle) {                                                          \
        int file = FILE_OF(handle);                                                 \
        if (file && fail && *fail > 0 && __sync_sub_and_fetch(fail, 1) == 0) {      \
            errno = EIO;                                                            \
            return -1;                                                              \
        }                                                                           \
        if (file && hang && *hang > 0 && __sync_sub_and_fetch(hang, 1) == 0)        \
            for (;;) pause();                                                       \
        int (*real)(int) = dlsym(RTLD_NEXT, #name);                                 \
        int done = real(handle);                                                    \
        if (file && done == 0) put(SYNC, file, 0, 0, 0);                            \
        return done;                                                                \
    }
SYNCED(fsync)
SYNCED(fdatasync)

int unlink(const char *path) {
    int file = kind_of(path);
    if (file) put(UNLINK, file, 0, 0, 0);
    int (*real)(const char *) = dlsym(RTLD_NEXT, "unlink");
    return real(path);
}
