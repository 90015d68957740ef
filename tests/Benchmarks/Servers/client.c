/* The default run of EchoClient in C: connect, send, half-close, read to the end of stream, compare, close.
 *
 *   client PORT     exit code 0: the complete echo came back */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    static const char message[] = "hello service";
    size_t length = strlen(message), received = 0;
    char echo[64];
    ssize_t got;
    if (count != 2) return fprintf(stderr, "usage: client PORT\n"), 1;

    struct sockaddr_in to = {
        .sin_family = AF_INET,
        .sin_port = htons(atoi(arguments[1])),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to)) return perror("client"), 1;
    if (write(fd, message, length) != (ssize_t)length) return perror("client"), 2;
    shutdown(fd, SHUT_WR);
    while (received < sizeof echo && (got = read(fd, echo + received, sizeof echo - received)) > 0) received += got;
    close(fd);
    int complete = received == length && memcmp(echo, message, length) == 0;
    printf("%zu of %zu bytes\n", received, length);
    return complete ? 0 : 2;
}
