/* Preloaded into Postgres: the disk is DELAY_US microseconds slower to say that something is on it. Nothing else changes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <time.h>

static int slow(const char *name, int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  int result = real(fd);
  int said = errno;
  struct timespec left = {0, DELAY_US * 1000L};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
  errno = said;
  return result;
}

int fsync(int fd) { return slow("fsync", fd); }
int fdatasync(int fd) { return slow("fdatasync", fd); }
