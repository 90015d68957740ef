/* An echo server in C, with which the other servers are compared: one thread, epoll, level-triggered. It closes at
 * the FIN. For back-pressure, it does not read from a peer that does not read.
 *
 *   echo PORT BUFFER     prints "listening on PORT"; ends when its standard input ends */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 256 };

/* A connection has a buffer only while there are bytes that the kernel does not accept yet. */
struct connection { int fd; char *rest; size_t from, to; };

static struct connection listener, input;
static int epoll;
static size_t size;
static char **spare;
static size_t spares, room;

static char *take(void)
{
    return spares > 0 ? spare[--spares] : malloc(size);
}

static void give(char *buffer)
{
    if (spares == room) spare = realloc(spare, (room += 64) * sizeof *spare);
    spare[spares++] = buffer;
}

static void watch(int how, struct connection *c, uint32_t events)
{
    struct epoll_event e = { .events = events, .data.ptr = c };
    epoll_ctl(epoll, how, c->fd, &e);
}

/* Everything was read, so closing sends a FIN after the last byte of the echo, not a RST. */
static void finish(struct connection *c)
{
    if (c->rest) give(c->rest);
    close(c->fd);
    free(c);
}

/* Sends the remaining bytes. Returns 0 if the connection has to wait, or has ended. */
static int flush(struct connection *c, int waited)
{
    while (c->from < c->to) {
        ssize_t count = send(c->fd, c->rest + c->from, c->to - c->from, MSG_NOSIGNAL);
        if (count >= 0) { c->from += count; continue; }
        if (errno != EAGAIN) finish(c);
        else if (!waited) watch(EPOLL_CTL_MOD, c, EPOLLOUT);
        return 0;
    }
    give(c->rest);
    c->rest = NULL;
    if (waited) watch(EPOLL_CTL_MOD, c, EPOLLIN | EPOLLRDHUP);
    return 1;
}

static void serve(struct connection *c, uint32_t events)
{
    if (c->rest && !flush(c, 1)) return;
    do {
        char *buffer = take();
        ssize_t count = read(c->fd, buffer, size);
        if (count <= 0) {
            give(buffer);
            if (count == 0 || errno != EAGAIN) finish(c);
            return;
        }
        c->rest = buffer;
        c->from = 0;
        c->to = count;
        if (!flush(c, 0)) return;
    } while (events & EPOLLRDHUP);    /* the FIN has arrived: read up to it */
}

static void accept_one(void)
{
    int fd = accept4(listener.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    struct connection *c = calloc(1, sizeof *c);
    c->fd = fd;
    watch(EPOLL_CTL_ADD, c, EPOLLIN | EPOLLRDHUP);
}

int main(int count, char **arguments)
{
    if (count != 3) return fprintf(stderr, "usage: echo PORT BUFFER\n"), 1;
    size = strtoul(arguments[2], NULL, 10);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    struct sockaddr_in at = {
        .sin_family = AF_INET,
        .sin_port = htons(atoi(arguments[1])),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
    };
    socklen_t length = sizeof at;
    listener.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(listener.fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
    if (bind(listener.fd, (struct sockaddr *)&at, sizeof at) || listen(listener.fd, SOMAXCONN))
        return perror("echo"), 1;
    getsockname(listener.fd, (struct sockaddr *)&at, &length);
    printf("listening on %d\n", ntohs(at.sin_port));
    fflush(stdout);

    epoll = epoll_create1(EPOLL_CLOEXEC);
    watch(EPOLL_CTL_ADD, &listener, EPOLLIN);
    watch(EPOLL_CTL_ADD, &input, EPOLLIN);    /* input.fd is 0 */
    for (;;) {
        struct epoll_event events[BATCH];
        int ready = epoll_wait(epoll, events, BATCH, -1);
        for (int i = 0; i < ready; i++) {
            struct connection *c = events[i].data.ptr;
            if (c == &listener) accept_one();
            else if (c != &input) serve(c, events[i].events);
            else if (read(0, &(char){ 0 }, 1) <= 0) return 0;
        }
    }
}
