/*
 * Put before the C library of a process (LD_PRELOAD), it makes that process' disk slow or full and its clock wrong, as
 * the control file says, which may change at any time: four 64-bit numbers in the machine's order.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct control {
  int64_t sync_ms;  /* each fsync takes so long */
  int64_t error;    /* writes to SQLite files fail so; with ENOSPC those alone that make one longer */
  int64_t ahead_ms; /* the wall clock is so far ahead; may be negative */
  int64_t room;     /* so much longer this process may make them all the same */
};

static struct control none;
static volatile struct control *control = &none;

__attribute__((constructor)) static void open_control(void) {
  const char *path = getenv("SHIM_CONTROL");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *map = mmap(NULL, sizeof(struct control), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (map != MAP_FAILED) control = map;
}

static void wait_for_disk(void) {
  int64_t ms = control->sync_ms;
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  if (ms > 0) nanosleep(&time, NULL);
}

int fsync(int file) {
  static int (*real)(int);
  if (!real) real = dlsym(RTLD_NEXT, "fsync");
  wait_for_disk();
  return real(file);
}

int fdatasync(int file) {
  static int (*real)(int);
  if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
  wait_for_disk();
  return real(file);
}

static int refuses(int file, off64_t end) {
  static int64_t grown;
  char link[64], path[4096];
  struct stat64 now;
  if (!control->error) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (!strstr(path, ".sqlite") || strstr(path, "-shm")) return 0;
  errno = (int)control->error;
  if (errno != ENOSPC) return 1;
  if (fstat64(file, &now) != 0 || end <= now.st_size) return 0;
  grown += end - now.st_size;
  errno = ENOSPC;
  return grown > control->room;
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
  if (refuses(file, at + (off64_t)length)) return -1;
  return real(file, bytes, length, at);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t at) {
  return pwrite64(file, bytes, length, at);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int answer = real(clock, time);
  if (answer == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    time->tv_sec += control->ahead_ms / 1000;
  }
  return answer;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  struct timespec now;
  int answer = clock_gettime(CLOCK_REALTIME, &now);
  if (time) *time = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
  return answer;
}
