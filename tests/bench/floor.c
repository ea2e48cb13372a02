/* The floor: libyaml's events of events.yaml straight into one buffer of content lines, escaped and folded, written
 * once. It checks nothing, resolves no time and remembers nothing; no program that reads the same file does less.
 *
 *     cc -O2 -o floor floor.c -lyaml && ./floor IN OUT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { UID, TITLE, NOTE, PLACE, ZONE, START, END, STATUS, KIND, KEYS };
static const char *const keys[KEYS] = {"uid", "title", "note", "place", "zone", "start", "end", "status", "kind"};

static char *out;
static size_t length, room;

static void fail(const char *what) {
    fprintf(stderr, "floor: %s\n", what);
    exit(1);
}

static void reserve(size_t more) {
    if (length + more > room && !(out = realloc(out, room = (length + more) * 2))) fail("no memory");
}

static void raw(const char *text) {
    size_t size = strlen(text);
    reserve(size);
    memcpy(out + length, text, size);
    length += size;
}

/* A content line: folded at 75 octets between characters; a text is escaped on the way. */
static void line(const char *head, const char *value, int text) {
    size_t column = strlen(head);
    reserve(column + strlen(value) * 3 + 16);
    memcpy(out + length, head, column);
    length += column;
    for (const unsigned char *at = (const unsigned char *)value; *at;) {
        size_t bytes = *at < 0x80 ? 1 : *at < 0xE0 ? 2 : *at < 0xF0 ? 3 : 4, wide = bytes;
        char piece[4];
        if (text && (*at == ',' || *at == ';' || *at == '\\' || *at == '\n')) {
            piece[0] = '\\';
            piece[1] = *at == '\n' ? 'n' : (char)*at;
            wide = 2;
        } else {
            memcpy(piece, at, bytes);
        }
        if (column + wide > 75) {
            memcpy(out + length, "\r\n ", 3);
            length += 3;
            column = 1;
        }
        memcpy(out + length, piece, wide);
        length += wide;
        column += wide;
        at += bytes;
    }
    raw("\r\n");
}

/* "2026-01-01 09:00" as 20260101T090000. */
static void instant(const char *name, const char *zone, const char *local) {
    char head[96], value[24];
    snprintf(head, sizeof head, "%s;TZID=%s:", name, zone);
    snprintf(value, sizeof value, "%.4s%.2s%.2sT%.2s%.2s00", local, local + 5, local + 8, local + 11, local + 14);
    line(head, value, 0);
}

static void event(char *const field[KEYS]) {
    for (int key = 0; key < KEYS; key++)
        if (!field[key]) fail("an event lacks something");
    raw("BEGIN:VEVENT\r\n");
    line("UID:", field[UID], 1);
    raw("DTSTAMP:19700101T000000Z\r\n");
    instant("DTSTART", field[ZONE], field[START]);
    instant("DTEND", field[ZONE], field[END]);
    line("SUMMARY:", field[TITLE], 1);
    line("DESCRIPTION:", field[NOTE], 1);
    line("LOCATION:", field[PLACE], 1);
    for (char *c = field[STATUS]; *c; c++) *c &= 0xDF;
    line("STATUS:", field[STATUS], 0);
    line("CATEGORIES:", field[KIND], 1);
    raw("END:VEVENT\r\n");
}

int main(int count, char **arguments) {
    if (count != 3) fail("floor IN OUT");
    FILE *in = fopen(arguments[1], "rb");
    yaml_parser_t parser;
    if (!in || !yaml_parser_initialize(&parser)) fail("cannot read");
    yaml_parser_set_input_file(&parser, in);
    raw("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//floor//EN\r\n");
    char *field[KEYS] = {0};
    int depth = 0, key = -1, is_key = 1, done = 0;
    while (!done) {
        yaml_event_t one;
        if (!yaml_parser_parse(&parser, &one)) fail("not YAML");
        if (one.type == YAML_MAPPING_START_EVENT) {
            depth++;
            is_key = 1;
        } else if (one.type == YAML_MAPPING_END_EVENT) {
            if (depth-- == 2) {
                event(field);
                for (int at = 0; at < KEYS; at++) free(field[at]), field[at] = NULL;
            }
            is_key = 1;
        } else if (one.type == YAML_SCALAR_EVENT && depth == 2) {
            const char *text = (const char *)one.data.scalar.value;
            if (is_key)
                for (key = KEYS - 1; key >= 0 && strcmp(text, keys[key]); key--) {}
            else if (key >= 0)
                free(field[key]), field[key] = strdup(text);
            is_key = !is_key;
        }
        done = one.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&one);
    }
    raw("END:VCALENDAR\r\n");
    FILE *to = fopen(arguments[2], "wb");
    if (!to || fwrite(out, 1, length, to) != length || fclose(to)) fail("cannot write");
    return 0;
}
