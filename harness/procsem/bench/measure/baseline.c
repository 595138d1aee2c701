/* The baseline: the time that the system itself needs to create a process that runs a program, and to wait for its end.
 *
 * baseline vfork|fork|posix_spawn PROGRAM answers like minimal/parent.py: it first prints 'ready'; to "go N" it answers
 * with N durations in nanoseconds, to "context" with facts about its children.
 *
 * On Linux it stays on the CPU where it starts, and so do its children. Otherwise each exec moves to another CPU if one
 * is idle, which takes 1.5 times as long, and the baseline would depend on what else runs on the machine.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static char *child[2];
static long created;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void wait_for(pid_t pid) {
    int status;
    if (pid <= 0 || waitpid(pid, &status, 0) != pid || status != 0) fail("waitpid");
}

static void by_fork(void) {
    pid_t pid = fork();
    if (pid == 0) {
        execve(child[0], child, environ);
        _exit(127);
    }
    wait_for(pid);
}

static void by_vfork(void) {
    pid_t pid = vfork();
    if (pid == 0) {
        execve(child[0], child, environ);
        _exit(127);
    }
    wait_for(pid);
}

static void by_posix_spawn(void) {
    pid_t pid;
    if (posix_spawn(&pid, child[0], NULL, NULL, child, environ)) fail("posix_spawn");
    wait_for(pid);
}

static void stay_on_this_cpu(void) {
#ifdef __linux__
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(sched_getcpu(), &here);
    if (sched_setaffinity(0, sizeof here, &here)) fail("sched_setaffinity");
#endif
}

static long long now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000000000LL + at.tv_nsec;
}

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

int main(int count, char **words) {
    char line[64];
    long rounds;
    void (*once)(void) = NULL;
    if (count != 3) return 2;
    if (!strcmp(words[1], "fork")) once = by_fork;
    if (!strcmp(words[1], "vfork")) once = by_vfork;
    if (!strcmp(words[1], "posix_spawn")) once = by_posix_spawn;
    if (!once) return 2;
    child[0] = words[2];
    stay_on_this_cpu();
    printf("'ready'\n");
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "go %ld", &rounds) == 1) {
            printf("[");
            for (long round = 0; round < rounds; round++) {
                long long began = now();
                once();
                printf("%lld, ", now() - began);
                created++;
            }
            printf("]\n");
        } else {
            struct rusage used;
            getrusage(RUSAGE_CHILDREN, &used);
            printf("{'child_cpu_seconds': %.9f, 'child_minor_faults': %.1f, 'child_major_faults': %.1f}\n",
                   (seconds(used.ru_utime) + seconds(used.ru_stime)) / (created ? created : 1),
                   (double)used.ru_minflt / (created ? created : 1), (double)used.ru_majflt / (created ? created : 1));
        }
        fflush(stdout);
    }
    return 0;
}
