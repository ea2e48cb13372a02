/* Runs a program, and writes what it took: wall-clock seconds, seconds of processors, and the peak of resident memory in
 * KiB. The system counts what a process was before it ran another program among what that one took, so whoever starts it
 * has to be small.
 *
 *     cc -O2 -static -o measure measure.c && ./measure REPORT PROGRAM [ARGUMENT…]
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

int main(int count, char **arguments) {
    if (count < 3) return 2;
    struct timespec began, ended;
    struct rusage used;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &began);
    pid_t child = fork();
    if (child < 0) return 2;
    if (child == 0) {
        execv(arguments[2], arguments + 2);
        _exit(127);
    }
    if (wait4(child, &status, 0, &used) != child) return 2;
    clock_gettime(CLOCK_MONOTONIC, &ended);
    FILE *report = fopen(arguments[1], "w");
    if (!report) return 2;
    fprintf(report, "%.6f %.6f %ld\n", (ended.tv_sec - began.tv_sec) + (ended.tv_nsec - began.tv_nsec) / 1e9,
            seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss);
    if (fclose(report)) return 2;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
