/* Counts what a process does to files below one folder, and makes the n-th of it fail.

   Loaded with LD_PRELOAD; armed from Python: fault_arm(folder, n, mode). Counted are: files opened
   for writing, writes, flushes to the disk, renames, links, removals, folders made. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT, KILL_BEFORE, KILL_TORN, DISK_FULL, BROKEN_ONCE, READ_ONLY };
enum { GROWS, FLUSHES, REST };

static char root[PATH_MAX];
static size_t root_length;
static long at = -1, done;
static int how;
static char last[PATH_MAX];

void fault_arm(const char *folder, long n, int mode) {
    root_length = strlen(folder);
    memcpy(root, folder, root_length + 1);
    at = n, how = mode, done = 0;
}
long fault_count(void) { return done; }
const char *fault_last(void) { return last; }

static int below(const char *path) {
    return root_length && strncmp(path, root, root_length) == 0;
}

static int fd_below(int fd, char *path) {
    char link[64];
    if (!root_length) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

static int path_below(int folder, const char *path, char *whole) {
    if (!root_length) return 0;
    if (path[0] == '/') {
        snprintf(whole, PATH_MAX, "%s", path);
        return below(whole);
    }
    if (folder == AT_FDCWD) {
        if (!getcwd(whole, PATH_MAX)) return 0;
        size_t length = strlen(whole);
        snprintf(whole + length, PATH_MAX - length, "/%s", path);
        return below(whole);
    }
    if (!fd_below(folder, whole)) return 0;
    size_t length = strlen(whole);
    snprintf(whole + length, PATH_MAX - length, "/%s", path);
    return 1;
}

/* 0: go on; 1: go on, then die; otherwise the number of an error */
static int now(int kind, const char *name, const char *path) {
    done++;
    if (at < 0 || how == COUNT || done < at) return 0;
    if (done == at) snprintf(last, sizeof last, "%s %s", name, path);
    switch (how) {
        case KILL_BEFORE: raise(SIGKILL); break;
        case KILL_TORN: return 1;
        case DISK_FULL: return kind == GROWS ? ENOSPC : 0;
        case READ_ONLY: return EROFS;
        case BROKEN_ONCE: return done == at && kind != REST ? EIO : 0;
    }
    return 0;
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)
#define DIE_AFTER(call) do { (void)(call); raise(SIGKILL); } while (0)
#define STEP(kind, inside, name, path, call) \
    if (inside) { \
        int what = now(kind, name, path); \
        if (what == 1) DIE_AFTER(call); \
        if (what > 1) { errno = what; return -1; } \
    }

ssize_t write(int fd, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    char path[PATH_MAX];
    STEP(GROWS, fd_below(fd, path), "write", path, real(fd, data, size / 2))
    return real(fd, data, size);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    char path[PATH_MAX];
    STEP(GROWS, fd_below(fd, path), "writev", path, real(fd, parts, count / 2))
    return real(fd, parts, count);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t place) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    char path[PATH_MAX];
    STEP(GROWS, fd_below(fd, path), "pwrite", path, real(fd, data, size / 2, place))
    return real(fd, data, size, place);
}
ssize_t sendfile64(int to, int from, off64_t *place, size_t size) {
    REAL(ssize_t, "sendfile64", int, int, off64_t *, size_t);
    char path[PATH_MAX];
    STEP(GROWS, fd_below(to, path), "sendfile", path, real(to, from, place, size / 2))
    return real(to, from, place, size);
}
int fsync(int fd) {
    REAL(int, "fsync", int);
    char path[PATH_MAX];
    STEP(FLUSHES, fd_below(fd, path), "fsync", path, real(fd))
    return real(fd);
}

static int opened(const char *name, int folder, const char *path, int flags, mode_t mode) {
    static int (*real)(int, const char *, int, ...);
    if (!real) real = (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, "openat64");
    char whole[PATH_MAX];
    if (flags & (O_WRONLY | O_RDWR | O_CREAT)) {
        STEP(flags & O_CREAT ? GROWS : REST, path_below(folder, path, whole), name, whole,
             real(folder, path, flags, mode))
    }
    return real(folder, path, flags, mode);
}
#define MODE(after) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list more; \
        va_start(more, after); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
    }
int open(const char *path, int flags, ...) {
    MODE(flags) return opened("open", AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    MODE(flags) return opened("open", AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
    MODE(flags) return opened("openat", folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags) return opened("openat", folder, path, flags, mode);
}

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    char path[PATH_MAX];
    STEP(REST, path_below(AT_FDCWD, to, path), "rename", path, real(from, to))
    return real(from, to);
}
int link(const char *from, const char *to) {
    REAL(int, "link", const char *, const char *);
    char path[PATH_MAX];
    STEP(GROWS, path_below(AT_FDCWD, to, path), "link", path, real(from, to))
    return real(from, to);
}
int linkat(int a, const char *from, int b, const char *to, int flags) {
    REAL(int, "linkat", int, const char *, int, const char *, int);
    char path[PATH_MAX];
    STEP(GROWS, path_below(b, to, path), "link", path, real(a, from, b, to, flags))
    return real(a, from, b, to, flags);
}
int unlink(const char *name) {
    REAL(int, "unlink", const char *);
    char path[PATH_MAX];
    STEP(REST, path_below(AT_FDCWD, name, path), "unlink", path, real(name))
    return real(name);
}
int unlinkat(int folder, const char *name, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    char path[PATH_MAX];
    STEP(REST, path_below(folder, name, path), "unlink", path, real(folder, name, flags))
    return real(folder, name, flags);
}
int mkdir(const char *name, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t);
    char path[PATH_MAX];
    STEP(GROWS, path_below(AT_FDCWD, name, path), "mkdir", path, real(name, mode))
    return real(name, mode);
}
int rmdir(const char *name) {
    REAL(int, "rmdir", const char *);
    char path[PATH_MAX];
    STEP(REST, path_below(AT_FDCWD, name, path), "rmdir", path, real(name))
    return real(name);
}
